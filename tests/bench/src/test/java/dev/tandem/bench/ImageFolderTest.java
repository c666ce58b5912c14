package dev.tandem.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pairs.PairBuild;
import dev.tandem.pairs.PairConfig;
import dev.tandem.pairs.PairExport;
import dev.tandem.pairs.PairProgress;
import dev.tandem.pairs.imports.ImportConfig;
import dev.tandem.pairs.imports.ImportJob;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pairs of generated images of which one in a hundred is broken. */
class ImageFolderTest {
  private static final int IMAGES = 500;
  private static final long MAX_PIXELS = 1_000_000;
  private static final double MOST_BAD = 0.02;
  private static final String PARTITIONS = "spark.default.parallelism";

  @TempDir static Path root;

  private static Path data;
  private static Map<ImageFolder.Fault, Integer> broken;

  @BeforeAll
  static void writeImages() throws Exception {
    data = root.resolve("data");
    broken = ImageFolder.write(data, IMAGES, 7);
  }

  /** A build from nothing: the tables and the exported file. */
  private record Built(List<String> pairs, List<String> quarantine, String lines) {}

  private static Built build(int partitions) throws Exception {
    SparkConf conf = TestSpark.session().sparkContext().conf();
    String before = conf.get(PARTITIONS, null);
    conf.set(PARTITIONS, Integer.toString(partitions));
    try {
      Path folder = root.resolve("partitions-" + partitions);
      Warehouse warehouse =
          Warehouse.open(TestSpark.session(), folder.resolve("warehouse").toString());
      assertThat(TestSpark.session().sparkContext().defaultParallelism()).isEqualTo(partitions);
      new ImportJob(warehouse, ImportConfig.of(data.toString(), MAX_PIXELS, MOST_BAD)).run();
      PairBuild.run(warehouse, PairConfig.defaults(1), PairProgress.SILENT);
      PairExport.Summary exported = PairExport.write(warehouse, folder.resolve("out"));
      return new Built(
          rows(warehouse, Table.PAIRS),
          rows(warehouse, Table.QUARANTINE, "source", "row", "reason", "raw"),
          Files.readString(exported.lines()));
    } finally {
      if (before == null) {
        conf.remove(PARTITIONS);
      } else {
        conf.set(PARTITIONS, before);
      }
    }
  }

  private static List<String> rows(Warehouse warehouse, Table table, String... columns) {
    var all = warehouse.read(table);
    var chosen = columns.length == 0 ? all : all.selectExpr(columns);
    return chosen.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  @Test
  void allBrokenImagesAreQuarantinedAndTheOutputIsTheSameForAnyPartitions() throws Exception {
    Built one = build(1);
    assertThat(broken.keySet()).containsExactly(ImageFolder.Fault.values());
    assertThat(one.quarantine()).hasSize(IMAGES / ImageFolder.BROKEN_EVERY);
    assertThat(one.quarantine()).allMatch(row -> row.contains("corrupt_image: "));
    assertThat(imagesOf(one.lines())).doesNotHaveDuplicates().hasSizeGreaterThan(IMAGES / 4);
    assertThat(build(3)).isEqualTo(one);
    assertThat(build(16)).isEqualTo(one);
  }

  /** The image files of the pairs; an aligned pair names its one image on both sides. */
  private static List<String> imagesOf(String lines) {
    List<String> images = new ArrayList<>();
    for (String line : lines.split("\n", -1)) {
      images.addAll(
          Arrays.stream(line.split("\"", -1))
              .filter(text -> text.startsWith("images/"))
              .distinct()
              .collect(Collectors.toList()));
    }
    return images;
  }

  @ParameterizedTest
  @EnumSource(ImageFolder.Fault.class)
  void everyFaultChangesTheFile(ImageFolder.Fault fault) throws Exception {
    byte[] png = Files.readAllBytes(firstImage(".png"));
    byte[] jpeg = Files.readAllBytes(firstImage(".jpg"));
    assertThat(fault.inflict(png)).isNotEqualTo(png);
    assertThat(fault.inflict(jpeg)).isNotEqualTo(jpeg);
  }

  private static Path firstImage(String suffix) throws Exception {
    try (var files = Files.list(data.resolve("images"))) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }
}
