package dev.tandem.policy.safetensors;

import java.nio.file.Path;
import java.util.List;

/** Checks that the tensors, in the order of their offsets, fill the data exactly, without gaps. */
final class LayoutCheck {
  private LayoutCheck() {}

  static void check(Path file, List<TensorInfo> tensors, long dataBytes) {
    long expected = 0;
    for (TensorInfo tensor : tensors) {
      checkStart(file, tensor, expected);
      checkSize(file, tensor);
      expected = tensor.end();
    }
    checkEnd(file, tensors, expected, dataBytes);
  }

  private static void checkStart(Path file, TensorInfo tensor, long expected) {
    if (tensor.begin() == expected) {
      return;
    }
    String problem = tensor.begin() < expected ? "overlaps the one before it" : "leaves a gap";
    throw FileHeader.error(
        file,
        String.format(
            "tensor '%s' %s: it starts at data byte %d, expected %d",
            tensor.name(), problem, tensor.begin(), expected));
  }

  private static void checkSize(Path file, TensorInfo tensor) {
    long needed = neededBytes(file, tensor);
    if (needed != tensor.bytes()) {
      throw FileHeader.error(
          file,
          String.format(
              "tensor '%s' has %d bytes (offsets %d to %d), but %s %s needs %d",
              tensor.name(),
              tensor.bytes(),
              tensor.begin(),
              tensor.end(),
              tensor.type(),
              tensor.shape(),
              needed));
    }
  }

  /** An empty tensor's other axes must make a possible size, too: strides are made of them. */
  private static long neededBytes(Path file, TensorInfo tensor) {
    try {
      long bytes = tensor.type().bytes();
      for (long size : tensor.shape()) {
        bytes = Math.multiplyExact(bytes, Math.max(1, size));
      }
      return tensor.shape().contains(0L) ? 0 : bytes;
    } catch (ArithmeticException e) {
      throw FileHeader.error(
          file,
          String.format("tensor '%s' has the impossible shape %s", tensor.name(), tensor.shape()));
    }
  }

  private static void checkEnd(Path file, List<TensorInfo> tensors, long end, long dataBytes) {
    if (end == dataBytes) {
      return;
    }
    if (end < dataBytes) {
      throw FileHeader.error(
          file,
          String.format(
              "it has %d data bytes, but its %d tensors end at %d",
              dataBytes, tensors.size(), end));
    }
    TensorInfo cut =
        tensors.stream().filter(tensor -> tensor.end() > dataBytes).findFirst().orElseThrow();
    throw FileHeader.error(
        file,
        String.format(
            "it is truncated: tensor '%s' ends at data byte %d, but the file has %d of %d",
            cut.name(), cut.end(), dataBytes, end));
  }
}
