package dev.tandem.policy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Loads libtorch, once per process. */
public final class Torch {
  /** The artifacts for CPUs and for GPUs; a class path holds one of them. */
  private static final List<String> ARTIFACTS = List.of("", "-gpu");

  /** Those of CUDA are in the artifact for GPUs only. */
  private static final List<String> LIBRARIES =
      List.of(
          "libgomp.so.1",
          "libc10.so",
          "libc10_cuda.so",
          "libtorch_cpu.so",
          "libtorch_cuda.so",
          "libtorch_cuda_linalg.so",
          "libtorch.so",
          "libjnitorch.so");

  private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";

  static {
    // Otherwise JavaCPP asks the system for the process's size at every new tensor: a few
    // microseconds, as much as a small operation takes. It reads the property once.
    if (System.getProperty(PHYSICAL_LIMIT) == null) {
      System.setProperty(PHYSICAL_LIMIT, "0");
    }
  }

  private static final List<Path> UNPACKED = unpack();

  static {
    torch.set_num_threads(1);
  }

  private Torch() {}

  /** Without unpacking every library first, the loader may mix in a libtorch of the system. */
  private static List<Path> unpack() {
    List<Path> unpacked = new ArrayList<>();
    for (String artifact : ARTIFACTS) {
      String folder = "/org/bytedeco/pytorch/" + Loader.getPlatform() + artifact + "/";
      for (String library : LIBRARIES) {
        try {
          for (File file : Loader.cacheResources(folder + library)) {
            unpacked.add(file.toPath());
          }
        } catch (IOException e) {
          throw new UncheckedIOException("Cannot unpack " + library + " of libtorch", e);
        }
      }
    }
    if (unpacked.isEmpty()) {
      throw new IllegalStateException(
          "No libtorch for %s on the class path (org.bytedeco:pytorch with its classifier)"
              .formatted(Loader.getPlatform()));
    }
    return List.copyOf(unpacked);
  }

  /**
   * Makes libtorch usable on the calling thread, with one intra-op thread: parallelism comes from
   * Java threads over a shared model, which keeps results independent of the number of threads.
   */
  public static void use() {
    torch.set_num_threads(1);
  }

  /** The native libraries that this process unpacked and uses. */
  public static List<Path> libraries() {
    return UNPACKED;
  }

  /** Whether this libtorch can compute on NVIDIA GPUs. */
  public static boolean builtForCuda() {
    return torch.hasCUDA();
  }

  /** How many CUDA devices this process sees. */
  public static int cudaDevices() {
    return torch.cuda_is_available() ? torch.cuda_device_count() : 0;
  }
}
