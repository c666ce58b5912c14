package dev.tandem.pairs.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
  private static final int MAX_BYTES = 10_000;

  @TempDir Path temporary;
  private Path data;
  private ImageFolder images;

  @BeforeEach
  void createFolder() throws IOException {
    data = Files.createDirectories(temporary.resolve("data/images")).getParent();
    Files.write(data.resolve("images/in.png"), TestImages.encode("png", 8, 8));
    Files.write(temporary.resolve("outside.png"), TestImages.encode("png", 8, 8));
    images = ImageFolder.open(data, new ImageDecoder(1000), MAX_BYTES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"images/in.png", "./images/in.png", "images/../images//in.png"})
  void pathsInsideAreRead(String path) throws Exception {
    assertThat(images.read(path).width()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../outside.png", "images/../../outside.png", "..", "../data2/x.png", "/"})
  void pathsThatClimbOutAreRefused(String path) {
    assertRejected(path, Reason.PATH_OUTSIDE);
  }

  @Test
  void absolutePathsAreRefusedEvenInside() {
    assertRejected(data.resolve("images/in.png").toString(), Reason.PATH_OUTSIDE);
  }

  @Test
  void symbolicLinksThatLeadOutAreRefused() throws IOException {
    Files.createSymbolicLink(data.resolve("link.png"), temporary.resolve("outside.png"));
    Files.createSymbolicLink(data.resolve("up"), temporary);
    assertRejected("link.png", Reason.PATH_OUTSIDE);
    assertRejected("up/outside.png", Reason.PATH_OUTSIDE);
  }

  @Test
  void symbolicLinksThatStayInsideAreRead() throws Exception {
    Files.createSymbolicLink(data.resolve("link.png"), data.resolve("images/in.png"));
    assertThat(images.read("link.png").height()).isEqualTo(8);
  }

  @Test
  void aFolderThatIsItselfALinkCanBeRead() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("dataset"), data);
    ImageFolder linked = ImageFolder.open(link, new ImageDecoder(1000), MAX_BYTES);
    assertThat(linked.read("images/in.png").width()).isEqualTo(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"images/none.png", "images", "", "a\u0000b", "file:/etc/passwd"})
  void whatIsNoFileIsMissing(String path) {
    assertRejected(path, Reason.MISSING_IMAGE);
  }

  @Test
  void largeFilesAreRefused() throws IOException {
    Files.write(data.resolve("exact.png"), new byte[MAX_BYTES]);
    Files.write(data.resolve("large.png"), new byte[MAX_BYTES + 1]);
    assertRejected("exact.png", Reason.CORRUPT_IMAGE);
    assertRejected("large.png", Reason.FILE_TOO_LARGE);
  }

  private void assertRejected(String path, Reason reason) {
    assertThatThrownBy(() -> images.read(path))
        .isInstanceOfSatisfying(Rejection.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
