package dev.tandem.policy.diagnosis;

import dev.tandem.policy.Torch;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * The libtorch of this process.
 *
 * @param version of org.bytedeco:pytorch, libtorch's own first
 * @param platform for which JavaCPP chose its libraries
 * @param features what it was built with, one a line, in libtorch's words
 * @param libraries files that were unpacked and are used
 * @param devices names under which a policy can be put on them, the CPU first
 * @param cuda whether it was built for CUDA
 * @param threads that one operation may use
 */
public record TorchBuild(
    String version,
    String platform,
    List<String> features,
    List<Path> libraries,
    List<String> devices,
    boolean cuda,
    int threads) {
  private static final String PROPERTIES = "/META-INF/maven/org.bytedeco/pytorch/pom.properties";

  public TorchBuild {
    features = List.copyOf(features);
    libraries = List.copyOf(libraries);
    devices = List.copyOf(devices);
  }

  /** Loads libtorch and asks it. */
  public static TorchBuild load() {
    Torch.use();
    return new TorchBuild(
        artifactVersion(),
        Loader.getPlatform(),
        features(torch.show_config().getString()),
        Torch.libraries(),
        IntStream.range(-1, Torch.cudaDevices())
            .mapToObj(device -> device < 0 ? "cpu" : "cuda:" + device)
            .toList(),
        Torch.builtForCuda(),
        torch.get_num_threads());
  }

  private static String artifactVersion() {
    try (InputStream in = torch.class.getResourceAsStream(PROPERTIES)) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + PROPERTIES, e);
    }
  }

  /** The items of libtorch's list but the last, which repeats the whole command of its build. */
  private static List<String> features(String config) {
    return config
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith("- ") && !line.startsWith("- Build settings"))
        .map(line -> line.substring(2))
        .toList();
  }
}
