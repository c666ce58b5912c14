package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.policy.Torch;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files beyond the 2 GiB of a mapping and of an array: all holes but for a few elements. */
class LargeFileTest {
  private static final long GIB = 1L << 30;
  private static final long HUGE = 3 * GIB;

  /** A tensor that does not fit one window. */
  private static final long WINDOW = SafetensorsReader.WINDOW_BYTES;

  private static final long CROSSING = WINDOW + (1 << 20);

  @TempDir Path folder;

  @Test
  void tensorsOfAndBeyondTwoGibibytesAreReadWholeOrInParts() throws IOException {
    String header =
        """
        {"huge":{"dtype":"F32","shape":[3,%d],"data_offsets":[0,%d]},
        "crossing":{"dtype":"F64","shape":[%d],"data_offsets":[%d,%d]}}"""
            .formatted(HUGE / 12, HUGE, CROSSING / 8, HUGE, HUGE + CROSSING);
    Path path = folder.resolve("large.safetensors");
    try (RandomAccessFile file = sparse(path, header, HUGE + CROSSING)) {
      long data = file.length() - HUGE - CROSSING;
      putFloat(file, data + 2 * GIB - 4, 1);
      putFloat(file, data + 2 * GIB, 2);
      putFloat(file, data + HUGE - 4, 3);
      putDouble(file, data + HUGE + WINDOW - 8, 4);
      putDouble(file, data + HUGE + WINDOW, 5);
      putDouble(file, data + HUGE + CROSSING - 8, 6);
    }

    try (SafetensorsReader reader = SafetensorsReader.open(path)) {
      TensorInfo huge = reader.info("huge");
      assertThat(huge.bytes()).isEqualTo(HUGE);
      ByteBuffer mapped = reader.window(huge, 2 * GIB - 4, 8);
      assertThat(mapped.getFloat(0)).isEqualTo(1);
      assertThat(mapped.getFloat(4)).isEqualTo(2);
      ByteBuffer copied = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
      reader.read(huge, HUGE - 4, copied);
      assertThat(copied.getFloat(0)).isEqualTo(3);
      assertThatThrownBy(() -> reader.data("huge"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(path.toString())
          .hasMessageContaining("tensor 'huge' has 3221225472 bytes, more than fit one buffer");

      float[] floats = reader.floats("crossing");
      double[] doubles = reader.doubles("crossing");
      int boundary = (int) (WINDOW / 8);
      int last = (int) (CROSSING / 8) - 1;
      assertThat(doubles).hasSize(last + 1);
      for (int index : new int[] {0, boundary - 1, boundary, boundary + 1, last}) {
        double expected = index == boundary - 1 ? 4 : index == boundary ? 5 : index == last ? 6 : 0;
        assertThat(doubles[index]).isEqualTo(expected);
        assertThat(floats[index]).isEqualTo((float) expected);
      }
    }
  }

  @Test
  void aTensorAcrossTwoWindowsIsLoadedAndSavedWhole() throws IOException {
    Torch.use();
    Path path = folder.resolve("large.safetensors");
    String header =
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(CROSSING, CROSSING);
    long[] marked = {0, WINDOW - 1, WINDOW, CROSSING - 1};
    try (RandomAccessFile file = sparse(path, header, CROSSING)) {
      long data = file.length() - CROSSING;
      for (long position : marked) {
        file.seek(data + position);
        file.write(7);
      }
    }

    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = TensorFiles.load(path, ScalarType.Float);
      BytePointer loaded = new BytePointer(tensors.get("a").data_ptr());
      for (long position : marked) {
        assertThat(loaded.get(position)).isEqualTo((byte) 7);
      }
      assertThat(loaded.get(WINDOW + 1)).isZero();

      Path copy = folder.resolve("copy.safetensors");
      TensorFiles.save(copy, tensors, Map.of());
      try (SafetensorsReader original = SafetensorsReader.open(path);
          SafetensorsReader copied = SafetensorsReader.open(copy)) {
        assertThat(copied.data("a").mismatch(original.data("a"))).isEqualTo(-1);
      }
    }
  }

  private static RandomAccessFile sparse(Path path, String header, long dataBytes)
      throws IOException {
    byte[] json = header.getBytes(StandardCharsets.US_ASCII);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    file.write(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .array());
    file.write(json);
    file.setLength(Long.BYTES + json.length + dataBytes);
    return file;
  }

  private static void putDouble(RandomAccessFile file, long position, double value)
      throws IOException {
    file.seek(position);
    file.writeLong(Long.reverseBytes(Double.doubleToRawLongBits(value)));
  }

  private static void putFloat(RandomAccessFile file, long position, float value)
      throws IOException {
    file.seek(position);
    file.writeInt(Integer.reverseBytes(Float.floatToRawIntBits(value)));
  }
}
