package dev.tandem.schemas.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.testing.OtherFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFolderTest {
  @TempDir Path disk;
  private Path source;
  private SharedFolder other;

  @BeforeEach
  void makeFolders() throws IOException {
    source = Files.createDirectories(disk.resolve("source/sub")).getParent();
    Files.writeString(source.resolve("a"), "first");
    Files.writeString(source.resolve("sub/b"), "second");
    other = SharedFolder.of("other:" + disk.resolve("shared")).child("folder");
  }

  @AfterEach
  void letWritesSucceed() {
    OtherFileSystem.failAt("");
  }

  @Test
  void aFolderTravelsToAnotherFileSystemAndBack() throws IOException {
    other.publish(source);

    assertThat(other.local()).isEmpty();
    assertThat(other.place()).isEqualTo("other:" + disk.resolve("shared/folder"));
    assertThat(other.exists()).isTrue();
    Path copy = disk.resolve("copies/folder");
    other.fetch(copy);
    assertThat(copy.resolve("a")).hasContent("first");
    assertThat(copy.resolve("sub/b")).hasContent("second");
    assertThat(names(copy.getParent())).containsExactly("folder");
  }

  @Test
  void aNewerFolderReplacesTheOlderOneWhole() throws IOException {
    other.publish(source);
    Files.delete(source.resolve("sub/b"));
    Files.writeString(source.resolve("a"), "newer");

    other.publish(source);

    assertThat(disk.resolve("shared/folder/a")).hasContent("newer");
    assertThat(disk.resolve("shared/folder/sub")).doesNotExist();
    assertThat(names(disk.resolve("shared"))).containsExactly("folder");
  }

  @Test
  void aWriteThatFailsHalfWayLeavesTheOlderFolder() throws IOException {
    other.publish(source);
    Files.writeString(source.resolve("a"), "newer");
    OtherFileSystem.failAt("sub/b");

    assertThatThrownBy(() -> other.publish(source))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("Cannot write other:");

    assertThat(disk.resolve("shared/folder/a")).hasContent("first");
    OtherFileSystem.failAt("");
    other.publish(source);
    assertThat(disk.resolve("shared/folder/a")).hasContent("newer");
    assertThat(names(disk.resolve("shared"))).containsExactly("folder");
  }

  @Test
  void aCopyForReadingIsDeletedWhenClosed() {
    other.publish(source);
    Path copy;
    try (SharedFolder.LocalFiles files = other.open()) {
      copy = files.path();
      assertThat(copy.resolve("a")).hasContent("first");
    }
    assertThat(copy.getParent()).doesNotExist();
  }

  @Test
  void localFilesAreUsedInPlace() {
    SharedFolder local = SharedFolder.of(source.toString());

    assertThat(local.local()).hasValue(source);
    assertThat(local.place()).isEqualTo(source.toString());
    assertThat(SharedFolder.of("file:" + source).place()).isEqualTo(source.toString());
    try (SharedFolder.LocalFiles files = local.open()) {
      assertThat(files.path()).isEqualTo(source);
    }
    assertThat(source.resolve("a")).exists();
  }

  @Test
  void aFolderThatIsNotThereIsTold() {
    assertThat(other.exists()).isFalse();
    assertThatThrownBy(() -> other.fetch(disk.resolve("copy")))
        .isInstanceOf(FileNotFoundException.class);
    other.delete();
  }

  private static Stream<String> names(Path folder) throws IOException {
    return Files.list(folder).map(file -> file.getFileName().toString());
  }
}
