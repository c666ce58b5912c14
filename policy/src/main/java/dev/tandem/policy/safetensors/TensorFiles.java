package dev.tandem.policy.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Moves libtorch tensors between memory and safetensors files. libtorch must be loaded already. */
public final class TensorFiles {
  private TensorFiles() {}

  /**
   * Loads every tensor of a model, given as a safetensors file or as the index of several, to CPU
   * memory, by name, in the order of the files. Floating-point tensors are converted to the given
   * type, such as Float or Double; integer and boolean ones keep theirs. The tensors belong to the
   * caller's pointer scope, if one is open.
   */
  public static Map<String, Tensor> load(Path file, ScalarType floatingType) {
    try (ModelReader reader = ModelReader.open(file)) {
      return load(reader, floatingType);
    }
  }

  /** Loads every tensor of an open model; see {@link #load(Path, ScalarType)}. */
  public static Map<String, Tensor> load(ModelReader reader, ScalarType floatingType) {
    return load(reader, floatingType, new Device("cpu"));
  }

  /**
   * Loads every tensor of an open model to a device, one after the other, so that the host holds
   * one at a time; see {@link #load(Path, ScalarType)}.
   */
  public static Map<String, Tensor> load(
      ModelReader reader, ScalarType floatingType, Device device) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try {
      for (TensorInfo info : reader.tensors()) {
        Tensor stored = copy(reader.shard(info.name()), info);
        ScalarType type = info.type().isFloating() ? floatingType : scalarType(info.type());
        tensors.put(info.name(), converted(stored, type, device));
      }
      return tensors;
    } catch (RuntimeException e) {
      tensors.values().forEach(Tensor::close);
      throw e;
    }
  }

  /** Saves tensors of any device and layout in their own types; see {@link SafetensorsWriter}. */
  public static void save(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    SafetensorsWriter.write(file, contents(tensors), metadata);
  }

  /**
   * Saves tensors of any device and layout: floating-point ones in the given type, such as Half or
   * BFloat16, rounded to the nearest value where it is narrower; others in their own.
   */
  public static void save(
      Path file,
      Map<String, Tensor> tensors,
      Map<String, String> metadata,
      ScalarType floatingType) {
    SafetensorsWriter.write(file, contents(tensors, floatingType), metadata);
  }

  /** What a writer needs of tensors in their own types. They must live until it has written. */
  public static Map<String, TensorData> contents(Map<String, Tensor> tensors) {
    return contents(tensors, Tensor::scalar_type);
  }

  /**
   * What a writer needs of tensors, floating-point ones converted to the given type, one at a time
   * as they are written. They must live until it has written.
   */
  public static Map<String, TensorData> contents(
      Map<String, Tensor> tensors, ScalarType floatingType) {
    return contents(
        tensors, tensor -> tensor.is_floating_point() ? floatingType : tensor.scalar_type());
  }

  private static Map<String, TensorData> contents(
      Map<String, Tensor> tensors, Function<Tensor, ScalarType> type) {
    Map<String, TensorData> contents = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> contents.put(name, data(name, tensor, type.apply(tensor).intern())));
    return contents;
  }

  private static Tensor copy(SafetensorsReader reader, TensorInfo info) {
    ScalarTypeOptional type = new ScalarTypeOptional(storageType(info.type()));
    Tensor tensor =
        torch.empty(info.dimensions(), new TensorOptions().dtype(type), new MemoryFormatOptional());
    forEachWindow(tensor, (offset, window) -> reader.read(info, offset, window));
    return tensor;
  }

  private static Tensor converted(Tensor tensor, ScalarType type, Device device) {
    if (tensor.scalar_type().intern() == type.intern() && device.is_cpu()) {
      return tensor;
    }
    try (tensor) {
      return tensor.to(device, type);
    }
  }

  private static TensorData data(String name, Tensor tensor, ScalarType type) {
    return new TensorData(
        dataType(name, type),
        Arrays.stream(tensor.shape()).boxed().toList(),
        channel -> write(channel, tensor, type));
  }

  private static void write(WritableByteChannel channel, Tensor tensor, ScalarType type)
      throws IOException {
    try (Tensor detached = tensor.detach();
        Tensor local = detached.cpu();
        Tensor typed = local.to(type);
        Tensor contiguous = typed.contiguous()) {
      forEachWindow(contiguous, (offset, window) -> SafetensorsWriter.writeFully(channel, window));
    }
  }

  /** Shows the bytes of a contiguous tensor piece by piece: a buffer ends at 2 GiB. */
  private static <E extends Exception> void forEachWindow(Tensor tensor, WindowConsumer<E> consumer)
      throws E {
    long bytes = tensor.numel() * tensor.element_size();
    BytePointer start = new BytePointer(tensor.data_ptr());
    for (long offset = 0; offset < bytes; offset += SafetensorsReader.WINDOW_BYTES) {
      BytePointer window = start.getPointer(BytePointer.class, offset);
      window.capacity(Math.min(SafetensorsReader.WINDOW_BYTES, bytes - offset));
      consumer.accept(offset, window.asByteBuffer());
    }
  }

  private static DataType dataType(String name, ScalarType type) {
    return Arrays.stream(DataType.values())
        .filter(candidate -> scalarType(candidate) == type)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Tensor " + name + " has a type that cannot be saved: " + type));
  }

  /** A file may hold any byte for true, libtorch only 1: booleans are read as bytes first. */
  private static ScalarType storageType(DataType type) {
    return type == DataType.BOOL ? ScalarType.Byte : scalarType(type);
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

  private interface WindowConsumer<E extends Exception> {
    void accept(long offset, ByteBuffer window) throws E;
  }
}
