package dev.tandem.policy.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AtomicFolderTest {
  @TempDir Path parent;

  @Test
  void createsAFolderWithItsParents() throws IOException {
    Path folder = parent.resolve("a/b/folder");

    AtomicFolder.write(folder, content("1"));

    assertHolds(folder, "1");
    assertAlone(folder);
  }

  @Test
  void replacesAnOlderFolderWhole() throws IOException {
    Path folder = parent.resolve("folder");
    AtomicFolder.write(
        folder,
        target -> {
          content("1").writeTo(target);
          Files.createDirectories(target.resolve("sub"));
          Files.writeString(target.resolve("sub/only in the older one"), "1");
        });

    AtomicFolder.write(folder, content("2"));

    assertHolds(folder, "2");
    assertAlone(folder);
  }

  @Test
  void aFailureLeavesTheOlderFolder() throws IOException {
    Path folder = parent.resolve("folder");
    AtomicFolder.write(folder, content("1"));

    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    folder,
                    target -> {
                      Files.writeString(target.resolve("first"), "2");
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");

    assertHolds(folder, "1");
    AtomicFolder.write(folder, content("3"));
    assertHolds(folder, "3");
    assertAlone(folder);
  }

  @ParameterizedTest
  @EnumSource(AtomicFolder.Step.class)
  void aProcessKilledAfterAnyStepLosesNothing(AtomicFolder.Step last) throws IOException {
    Path folder = parent.resolve("folder");
    AtomicFolder.write(folder, content("1"));

    killAfter(last, folder, "2");
    AtomicFolder.recover(folder);

    assertHolds(folder, last == AtomicFolder.Step.BUILT ? "1" : "2");
    AtomicFolder.write(folder, content("3"));
    assertHolds(folder, "3");
    assertAlone(folder);
  }

  @ParameterizedTest
  @EnumSource(AtomicFolder.Step.class)
  void theNextWriteRecoversByItself(AtomicFolder.Step last) throws IOException {
    Path folder = parent.resolve("folder");
    AtomicFolder.write(folder, content("1"));

    killAfter(last, folder, "2");
    killAfter(AtomicFolder.Step.BUILT, folder, "3");

    assertHolds(folder, last == AtomicFolder.Step.BUILT ? "1" : "2");
    AtomicFolder.write(folder, content("4"));
    assertHolds(folder, "4");
    assertAlone(folder);
  }

  @Test
  void aProcessKilledWhileItWritesLeavesTheOlderFolder() throws IOException {
    Path folder = parent.resolve("folder");
    AtomicFolder.write(folder, content("1"));

    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    folder,
                    target -> {
                      Files.writeString(target.resolve("first"), "2");
                      throw new Killed();
                    }))
        .isInstanceOf(Killed.class);
    AtomicFolder.recover(folder);

    assertHolds(folder, "1");
  }

  @Test
  void aProcessKilledWhileItDeletesTheOlderFolderIsFinished() throws IOException {
    Path folder = parent.resolve("folder");
    AtomicFolder.write(folder, content("1"));
    killAfter(AtomicFolder.Step.PUT_IN_PLACE, folder, "2");
    Files.delete(parent.resolve(".folder.old/second"));

    AtomicFolder.recover(folder);

    assertHolds(folder, "2");
    assertAlone(folder);
  }

  @Test
  void aFolderSetAsideAloneComesBack() throws IOException {
    Path folder = parent.resolve("folder");
    content("1").writeTo(Files.createDirectory(parent.resolve(".folder.old")));

    AtomicFolder.recover(folder);

    assertHolds(folder, "1");
    assertAlone(folder);
  }

  private static AtomicFolder.Content content(String text) {
    return target -> {
      Files.writeString(target.resolve("first"), text);
      Files.writeString(target.resolve("second"), text);
    };
  }

  private static void killAfter(AtomicFolder.Step last, Path folder, String text) {
    assertThatThrownBy(
            () ->
                AtomicFolder.write(
                    folder,
                    content(text),
                    step -> {
                      if (step == last) {
                        throw new Killed();
                      }
                    }))
        .isInstanceOf(Killed.class);
  }

  private static void assertHolds(Path folder, String text) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("first", "second");
    }
    assertThat(folder.resolve("first")).hasContent(text);
    assertThat(folder.resolve("second")).hasContent(text);
  }

  private static void assertAlone(Path folder) throws IOException {
    try (Stream<Path> siblings = Files.list(folder.getParent())) {
      assertThat(siblings).containsExactly(folder);
    }
  }

  /** Stands for a process that stops: an error that nothing handles. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }
}
