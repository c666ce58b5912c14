package dev.tandem.policy.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void createsFoldersAndReplacesOlderContent() throws IOException {
    Path file = folder.resolve("a/b/file");

    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3})));
    AtomicFile.write(file, channel -> channel.write(ByteBuffer.wrap(new byte[] {4})));

    assertThat(file).hasBinaryContent(new byte[] {4});
    assertOnlyFile(file);
  }

  @Test
  void readersSeeTheOlderContentUntilTheEnd() throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, new byte[] {1});

    AtomicFile.write(
        file,
        channel -> {
          channel.write(ByteBuffer.wrap(new byte[] {2, 2}));
          assertThat(file).hasBinaryContent(new byte[] {1});
        });

    assertThat(file).hasBinaryContent(new byte[] {2, 2});
  }

  @Test
  void aFailureLeavesNothingBehind() throws IOException {
    Path file = folder.resolve("file");
    Files.write(file, new byte[] {1});

    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      channel.write(ByteBuffer.wrap(new byte[] {2}));
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");

    assertThat(file).hasBinaryContent(new byte[] {1});
    assertOnlyFile(file);
  }

  private static void assertOnlyFile(Path file) throws IOException {
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }
}
