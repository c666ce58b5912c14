package dev.tandem.policy.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderManifestTest {
  @TempDir Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("weights"), "1234");
    Files.createDirectory(folder.resolve("sub"));
    Files.writeString(folder.resolve("sub/shard"), "5");
    FolderManifest.write(folder);
  }

  @Test
  void whatWasWrittenHasNoFault() {
    assertThat(FolderManifest.fault(folder)).isEmpty();
  }

  @Test
  void aFileThatWasCutIsNamedWithItsSize() throws IOException {
    Files.writeString(folder.resolve("weights"), "123");

    assertThat(FolderManifest.fault(folder)).hasValue("weights has 3 bytes, expected 4");
  }

  @Test
  void aBitThatFlippedIsFound() throws IOException {
    Files.writeString(folder.resolve("sub/shard"), "4");

    assertThat(FolderManifest.fault(folder))
        .hasValueSatisfying(
            fault -> assertThat(fault).startsWith("sub/shard has SHA-256 4b2277").contains("ef2d"));
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(folder.resolve("weights"));

    assertThat(FolderManifest.fault(folder)).hasValue("weights is missing");
  }

  @Test
  void aFolderThatWasNotFinishedHasNoManifest() throws IOException {
    Files.delete(folder.resolve(FolderManifest.NAME));

    assertThat(FolderManifest.fault(folder)).hasValue("manifest.json is missing");
    assertThat(FolderManifest.fault(folder.resolve("none"))).hasValue("the folder is missing");
  }

  @Test
  void aTornManifestIsAFault() throws IOException {
    Files.writeString(folder.resolve(FolderManifest.NAME), "{\"format\": 1, \"fil");

    assertThat(FolderManifest.fault(folder))
        .hasValueSatisfying(fault -> assertThat(fault).startsWith("manifest.json is not JSON: "));

    Files.writeString(folder.resolve(FolderManifest.NAME), "{\"format\": 7}");

    assertThat(FolderManifest.fault(folder)).hasValue("manifest.json has format 7, expected 1");
  }
}
