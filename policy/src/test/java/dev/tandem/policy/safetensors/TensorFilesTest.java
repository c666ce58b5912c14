package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.Torch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TensorFilesTest {
  private static final ScalarType[] TYPES = {
    ScalarType.Float, ScalarType.Double, ScalarType.BFloat16, ScalarType.Half,
    ScalarType.Long, ScalarType.Int, ScalarType.Byte, ScalarType.Bool
  };

  @TempDir Path folder;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @Test
  void tensorsOfEveryTypeAndLayoutComeBack() {
    Path file = folder.resolve("tensors");
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> saved = new LinkedHashMap<>();
      for (ScalarType type : TYPES) {
        saved.put(type.name(), torch.arange(new Scalar(6)).to(type).reshape(2, 3).t());
      }
      saved.put("scalar", torch.ones(new long[0]));
      saved.put("empty", torch.ones(0, 4));
      saved.put("trained", torch.ones(2).set_requires_grad(true));

      TensorFiles.save(file, saved, Map.of("step", "3"));
      Map<String, Tensor> floats = TensorFiles.load(file, ScalarType.Float);
      Map<String, Tensor> doubles = TensorFiles.load(file, ScalarType.Double);

      assertThat(floats.keySet()).isEqualTo(doubles.keySet()).hasSameSizeAs(saved.keySet());
      saved.forEach(
          (name, tensor) -> {
            boolean floating = tensor.is_floating_point();
            assertThat(floats.get(name).scalar_type().intern())
                .isEqualTo(floating ? ScalarType.Float : tensor.scalar_type().intern());
            assertThat(doubles.get(name).scalar_type().intern())
                .isEqualTo(floating ? ScalarType.Double : tensor.scalar_type().intern());
            assertThat(floats.get(name).shape()).isEqualTo(tensor.shape());
            assertThat(torch.equal(floats.get(name), tensor.to(floats.get(name).scalar_type())))
                .as(name)
                .isTrue();
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Half", "BFloat16", "Float", "Double"})
  void floatingTensorsAreSavedInTheGivenType(String name) {
    ScalarType type = ScalarType.valueOf(name);
    Path file = folder.resolve(name);
    try (PointerScope scope = new PointerScope()) {
      Tensor floats = torch.randn(7, 5).t();
      Tensor ints = torch.arange(new Scalar(3));

      TensorFiles.save(file, Map.of("floats", floats, "ints", ints), Map.of(), type);

      Map<String, Tensor> loaded = TensorFiles.load(file, ScalarType.Double);
      assertThat(torch.equal(loaded.get("floats"), floats.to(type).to(ScalarType.Double))).isTrue();
      assertThat(torch.equal(loaded.get("ints"), ints)).isTrue();
    }
  }

  @Test
  void halvesSavedByLibtorchAreThoseOfOurOwnRounding() {
    float[] values = {1.1f, -70_000f, 1e-7f, Float.MIN_VALUE, -0f, Float.NEGATIVE_INFINITY};
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = Map.of("a", torch.tensor(values));
      for (DataType type : List.of(DataType.F16, DataType.BF16)) {
        Path libtorch = folder.resolve("libtorch." + type);
        Path own = folder.resolve("own." + type);
        TensorFiles.save(
            libtorch,
            tensors,
            Map.of(),
            type == DataType.F16 ? ScalarType.Half : ScalarType.BFloat16);
        SafetensorsWriter.write(own, Map.of("a", TensorData.rounded(type, values, values.length)));
        assertThat(libtorch).hasSameBinaryContentAs(own);
      }
    }
  }

  @Test
  void everyBitOfAFloat32Survives() {
    float[] values = new float[1000];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    values[0] = Float.intBitsToFloat(0x7F800001);
    Path own = folder.resolve("own");
    Path libtorch = folder.resolve("libtorch");
    SafetensorsWriter.write(own, Map.of("a", TensorData.of(values, values.length)));
    try (PointerScope scope = new PointerScope()) {
      TensorFiles.save(
          libtorch, TensorFiles.load(own, ScalarType.Float), Map.of(), ScalarType.Float);
    }
    assertThat(libtorch).hasSameBinaryContentAs(own);
    try (SafetensorsReader reader = SafetensorsReader.open(libtorch)) {
      float[] read = reader.floats("a");
      for (int i = 0; i < values.length; i++) {
        assertThat(Float.floatToRawIntBits(read[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
      }
    }
  }

  @Test
  void anyByteButZeroIsTrue() {
    Path file = folder.resolve("booleans");
    SafetensorsWriter.write(
        file, Map.of("a", TensorData.of(DataType.BOOL, ByteBuffer.wrap(new byte[] {0, 1, 2}), 3)));
    try (PointerScope scope = new PointerScope()) {
      Tensor loaded = TensorFiles.load(file, ScalarType.Float).get("a");
      assertThat(torch.sum(loaded).item_long()).isEqualTo(2);
    }
  }
}
