package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.pairs.imports.ImportConfig;
import dev.tandem.pairs.imports.ImportJob;
import dev.tandem.schemas.jsonl.PairLine;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.Golden;
import dev.tandem.testing.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a folder of photographs to an export, with the default settings. */
@Tag("slow")
class PhotographPairsTest {
  private static final long MAX_PIXELS = 1 << 20;

  @TempDir Path folder;

  @Test
  void pairsPhotographsWithoutUsingOneTwice() throws Exception {
    Path data = Golden.data("cifar-ug");
    Warehouse warehouse =
        Warehouse.open(TestSpark.session(), folder.resolve("warehouse").toString());
    new ImportJob(warehouse, ImportConfig.of(data.toString(), MAX_PIXELS, 0)).run();
    PairSummary summary =
        PairBuild.run(warehouse, PairConfig.defaults(1), ScreeningConfig.OFF, PairProgress.SILENT);
    int images = summary.pairing().generation() + summary.pairing().understanding();
    assertThat(summary.embedding().embedded()).isEqualTo(images);
    assertThat(summary.completion().incompletable()).isZero();
    // The threshold leaves a good part of the photographs, and not all of them.
    assertThat(summary.pairs()).isBetween(images / 8, images / 2);

    Path out = folder.resolve("out");
    PairExport.write(warehouse, out);
    List<String> used = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("pairs.jsonl"))) {
      PairLine pair = PairLine.parse(line);
      used.add(pair.generateAnn().imagePath());
      if (!pair.understandAnn().imagePath().equals(pair.generateAnn().imagePath())) {
        used.add(pair.understandAnn().imagePath());
      }
    }
    assertThat(used).doesNotHaveDuplicates();
    assertThat(used).allSatisfy(path -> assertThat(out.resolve(path)).isRegularFile());
  }
}
