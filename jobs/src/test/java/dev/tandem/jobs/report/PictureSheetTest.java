package dev.tandem.jobs.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.jobs.evaluation.Comparison;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureSheetTest {
  private static final int SEEDS = 3;

  @Test
  void showsTheSamePromptsAndSeedsTwice(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sheet.png");

    new PictureSheet(new Comparison(answers(false), answers(true))).write(file);

    RgbImage sheet = RgbImage.decode(Files.readAllBytes(file));
    assertThat(sheet.width()).isGreaterThan(2 * SEEDS * 96);
    assertThat(sheet.height()).isGreaterThan(2 * 2 * 96);
  }

  /** Five prompts of each of two tags; the sheet shows two of each. */
  private static List<Answer> answers(boolean right) {
    byte[] png = new RgbImage(32, 32, new byte[32 * 32 * 3]).toPng();
    return IntStream.range(0, 10 * SEEDS)
        .mapToObj(
            i -> {
              String tag = i < 5 * SEEDS ? "colors" : "counting";
              return new Answer(
                  Suite.GENEVAL,
                  tag + i / SEEDS,
                  tag,
                  "a photo",
                  "",
                  png,
                  0,
                  right,
                  right,
                  i % SEEDS);
            })
        .toList();
  }
}
