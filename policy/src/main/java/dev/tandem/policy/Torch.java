package dev.tandem.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.bytedeco.javacpp.Loader;

/** Loads libtorch, once per process. */
public final class Torch {
  private static final String PHYSICAL_LIMIT = "org.bytedeco.javacpp.maxPhysicalBytes";
  private static final String[] LIBRARIES = {
    "libtorch_cpu.so", "libc10.so", "libgomp.so.1", "libtorch.so", "libjnitorch.so"
  };

  static {
    // Otherwise JavaCPP asks the system for the process's size at every new tensor: a few
    // microseconds, as much as a small operation takes. It reads the property once.
    if (System.getProperty(PHYSICAL_LIMIT) == null) {
      System.setProperty(PHYSICAL_LIMIT, "0");
    }
    // Without unpacking every library first, the loader may mix in a libtorch of the system.
    String folder = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "/";
    for (String library : LIBRARIES) {
      try {
        Loader.cacheResources(folder + library);
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot unpack " + library + " of libtorch", e);
      }
    }
    org.bytedeco.pytorch.global.torch.set_num_threads(1);
  }

  private Torch() {}

  /**
   * Makes libtorch usable on the calling thread, with one intra-op thread: parallelism comes from
   * Java threads over a shared model, which keeps results independent of the number of threads.
   */
  public static void use() {
    org.bytedeco.pytorch.global.torch.set_num_threads(1);
  }
}
