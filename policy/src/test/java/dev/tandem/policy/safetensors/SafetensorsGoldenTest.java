package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opens every safetensors file of the golden folder, written by the reference implementation. */
@Tag("golden")
class SafetensorsGoldenTest {
  @TempDir Path folder;

  @Test
  void everyFileSurvivesARoundTrip() throws IOException {
    for (Path file : files()) {
      try (SafetensorsReader original = SafetensorsReader.open(file)) {
        Path copy = folder.resolve(file.getFileName());
        copy(original, copy);
        try (SafetensorsReader copied = SafetensorsReader.open(copy)) {
          assertThat(copied.names()).isNotEmpty().containsAll(original.names());
          for (TensorInfo info : original.tensors()) {
            assertThat(copied.info(info.name()).shape()).isEqualTo(info.shape());
            assertThat(copied.info(info.name()).type()).isEqualTo(info.type());
            assertThat(copied.data(info.name())).isEqualTo(original.data(info.name()));
            assertThat(copied.doubles(info.name())).hasSize((int) info.elements());
          }
        }
      }
    }
  }

  private static void copy(SafetensorsReader source, Path target) {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    for (TensorInfo info : source.tensors()) {
      tensors.put(
          info.name(), TensorData.of(info.type(), source.data(info.name()), info.dimensions()));
    }
    SafetensorsWriter.write(target, tensors, source.metadata());
  }

  private static List<Path> files() throws IOException {
    Path golden = Golden.folder();
    assumeTrue(Files.isDirectory(golden), "Skipped: no golden folder " + golden);
    try (Stream<Path> paths = Files.walk(golden)) {
      return paths.filter(path -> path.toString().endsWith(".safetensors")).sorted().toList();
    }
  }
}
