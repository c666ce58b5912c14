package dev.tandem.policy.safetensors;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Moves libtorch tensors between memory and safetensors files. libtorch must be loaded already. */
public final class TensorFiles {
  private static final int WINDOW_BYTES = 1 << 30;

  private TensorFiles() {}

  /**
   * Loads every tensor of a file to CPU memory, by name, in the order of the file. Floating-point
   * tensors are converted to the given type, such as Float or Double; integer and boolean ones keep
   * theirs. The tensors belong to the caller's pointer scope, if one is open.
   */
  public static Map<String, Tensor> load(Path file, ScalarType floatingType) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      for (TensorInfo info : reader.tensors()) {
        Tensor tensor = copy(reader, info);
        if (info.type().isFloating() && scalarType(info.type()) != floatingType.intern()) {
          Tensor converted = tensor.to(floatingType);
          tensor.close();
          tensor = converted;
        }
        tensors.put(info.name(), tensor);
      }
    }
    return tensors;
  }

  /** Saves tensors of any device and layout in their own types; see {@link SafetensorsWriter}. */
  public static void save(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, TensorData> contents = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> contents.put(name, data(name, tensor)));
    SafetensorsWriter.write(file, contents, metadata);
  }

  private static Tensor copy(SafetensorsReader reader, TensorInfo info) {
    ScalarTypeOptional type = new ScalarTypeOptional(scalarType(info.type()));
    Tensor tensor =
        torch.empty(info.dimensions(), new TensorOptions().dtype(type), new MemoryFormatOptional());
    for (long offset = 0; offset < info.bytes(); offset += WINDOW_BYTES) {
      int bytes = (int) Math.min(WINDOW_BYTES, info.bytes() - offset);
      Pointer source = new BytePointer(reader.window(info, offset, bytes));
      Pointer.memcpy(new BytePointer(tensor.data_ptr()).position(offset), source, bytes);
    }
    return tensor;
  }

  private static TensorData data(String name, Tensor tensor) {
    return new TensorData(
        dataType(name, tensor),
        Arrays.stream(tensor.shape()).boxed().toList(),
        channel -> write(channel, tensor));
  }

  private static void write(WritableByteChannel channel, Tensor tensor) throws IOException {
    try (Tensor detached = tensor.detach();
        Tensor local = detached.cpu();
        Tensor contiguous = local.contiguous()) {
      long bytes = contiguous.numel() * contiguous.element_size();
      BytePointer start = new BytePointer(contiguous.data_ptr());
      for (long offset = 0; offset < bytes; offset += WINDOW_BYTES) {
        BytePointer window = start.getPointer(BytePointer.class, offset);
        window.capacity(Math.min(WINDOW_BYTES, bytes - offset));
        SafetensorsWriter.writeFully(channel, window.asByteBuffer());
      }
    }
  }

  private static DataType dataType(String name, Tensor tensor) {
    ScalarType found = tensor.scalar_type().intern();
    return Arrays.stream(DataType.values())
        .filter(type -> scalarType(type) == found)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Tensor " + name + " has a type that cannot be saved: " + found));
  }

  private static ScalarType scalarType(DataType type) {
    return switch (type) {
      case BOOL -> ScalarType.Bool;
      case U8 -> ScalarType.Byte;
      case F16 -> ScalarType.Half;
      case BF16 -> ScalarType.BFloat16;
      case I32 -> ScalarType.Int;
      case F32 -> ScalarType.Float;
      case F64 -> ScalarType.Double;
      case I64 -> ScalarType.Long;
    };
  }
}
