package dev.tandem.policy;

import dev.tandem.schemas.UserError;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a policy computes, as a configuration says it: {@code auto}, {@code cpu}, {@code cuda} or
 * {@code cuda:1}.
 *
 * @param kind which sort of device
 * @param index number of the CUDA device; null where none was named
 */
public record ComputeDevice(Kind kind, @Nullable Integer index) implements Serializable {
  private static final Pattern CUDA = Pattern.compile("cuda(?::(\\d{1,3}))?");

  /** Sorts of devices. */
  public enum Kind {
    /** A CUDA device where there is one, else the CPU. */
    AUTO,
    CPU,
    CUDA
  }

  /**
   * Reads the configured name.
   *
   * @throws UserError for any other name
   */
  public static ComputeDevice parse(String name) {
    Matcher cuda = CUDA.matcher(name);
    if (cuda.matches()) {
      String index = cuda.group(1);
      return new ComputeDevice(Kind.CUDA, index == null ? null : Integer.valueOf(index));
    }
    return switch (name) {
      case "auto" -> new ComputeDevice(Kind.AUTO, null);
      case "cpu" -> new ComputeDevice(Kind.CPU, null);
      default ->
          throw new UserError(
              "Invalid device: '%s' (expected auto, cpu, cuda or a numbered one such as cuda:1)"
                  .formatted(name));
    };
  }

  /** This choice where a scheduler has assigned a GPU: a device that was named by number stays. */
  public ComputeDevice assigned(int gpu) {
    return kind == Kind.CPU || index != null ? this : new ComputeDevice(kind, gpu);
  }

  /**
   * The device itself, never {@code auto}.
   *
   * @throws UserError if it is not there
   */
  public ComputeDevice resolve() {
    return resolve(Torch.builtForCuda(), Torch.cudaDevices());
  }

  ComputeDevice resolve(boolean builtForCuda, int cudaDevices) {
    if (kind == Kind.CPU || (kind == Kind.AUTO && cudaDevices == 0)) {
      return new ComputeDevice(Kind.CPU, null);
    }
    int wanted = index == null ? 0 : index;
    if (wanted < cudaDevices) {
      return new ComputeDevice(Kind.CUDA, wanted);
    }
    throw new UserError(
        "Cannot compute on cuda:%d: %s".formatted(wanted, found(builtForCuda, cudaDevices)));
  }

  private static String found(boolean builtForCuda, int cudaDevices) {
    if (!builtForCuda) {
      return "this libtorch was built without CUDA (build with the Maven profile gpu, or choose the"
          + " device cpu or auto)";
    }
    return switch (cudaDevices) {
      case 0 -> "no CUDA device was found (expected an NVIDIA GPU and its driver)";
      case 1 -> "the only CUDA device found is cuda:0";
      default -> "the CUDA devices found are cuda:0 to cuda:" + (cudaDevices - 1);
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case AUTO -> "auto";
      case CPU -> "cpu";
      case CUDA -> index == null ? "cuda" : "cuda:" + index;
    };
  }
}
