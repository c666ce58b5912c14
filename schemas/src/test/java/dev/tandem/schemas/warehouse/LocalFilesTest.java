package dev.tandem.schemas.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.testing.TestSpark;
import java.io.FileNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options.Rename;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {
  @TempDir Path folder;

  private Configuration configuration;
  private FileSystem files;

  @BeforeEach
  void open() throws Exception {
    configuration = TestSpark.session().sessionState().newHadoopConf();
    files = FileSystem.get(folder.toUri(), configuration);
  }

  @Test
  void sparkUsesItAndLeavesNoChecksumFiles() throws Exception {
    assertThat(files).isInstanceOf(LocalFiles.class);
    TestSpark.session().range(3).coalesce(1).write().parquet(folder.resolve("rows").toString());
    try (Stream<Path> written = Files.list(folder.resolve("rows"))) {
      assertThat(written).noneMatch(file -> file.toString().endsWith(".crc"));
    }
    assertThat(TestSpark.session().read().parquet(folder.resolve("rows").toString()).count())
        .isEqualTo(3);
  }

  @Test
  void permissionsAreThoseAskedFor() throws Exception {
    for (short mode : new short[] {0640, 0755, 0600, 01777}) {
      Path file = Files.createFile(folder.resolve("mode" + mode));
      files.setPermission(path(file), new FsPermission(mode));
      assertThat(files.getFileStatus(path(file)).getPermission().toOctal())
          .isEqualTo(new FsPermission(mode).toOctal());
    }
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("mode416"))))
        .isEqualTo("rw-r-----");
  }

  @Test
  void filesAreTold() throws Exception {
    Path target = Files.writeString(folder.resolve("target"), "four");

    assertThat(files.getFileLinkStatus(path(target)).isSymlink()).isFalse();
    assertThat(files.getFileLinkStatus(path(target)).getLen()).isEqualTo(4);
    assertThatThrownBy(() -> files.getFileLinkStatus(path(folder.resolve("none"))))
        .isInstanceOf(FileNotFoundException.class);
  }

  @Test
  void aRenameOverwritesOnlyWhenAskedTo() throws Exception {
    FileContext context = FileContext.getFileContext(folder.toUri(), configuration);
    Path here = Files.writeString(folder.resolve("here"), "new");
    Path there = Files.writeString(folder.resolve("there"), "old");

    assertThatThrownBy(() -> context.rename(path(here), path(there)))
        .isInstanceOf(FileAlreadyExistsException.class);
    context.rename(path(here), path(there), Rename.OVERWRITE);
    assertThat(there).hasContent("new");
    assertThat(here).doesNotExist();
  }

  private static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }
}
