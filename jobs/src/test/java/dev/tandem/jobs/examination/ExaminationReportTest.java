package dev.tandem.jobs.examination;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.policy.PolicyInfo;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExaminationReportTest {
  private static final ExaminationReport REPORT =
      new ExaminationReport(
          new PolicyInfo("abc", 32, 16, 16, "cpu"),
          new EvaluationSet(
              new TandemConfig.Evaluation(
                  false, false, List.of(Suite.values()), 1, 1, 3, 1, 64, 10, 3, 5)),
          FindingsFixture.small());

  @Test
  void jsonNamesThePolicyTheSettingsAndEveryScore(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("new").resolve("examination.json");

    REPORT.writeJson(file);

    JsonNode json = new ObjectMapper().readTree(Files.readAllBytes(file));
    assertThat(json.path("policy").asText()).isEqualTo("abc");
    assertThat(json.path("settings").path("seed").asInt()).isEqualTo(5);
    assertThat(json.path("distinct_prompts").path("counting").asInt()).isEqualTo(1);
    assertThat(json.path("scores"))
        .hasSize(ScoreSheet.of(FindingsFixture.small()).size())
        .allMatch(s -> s.path("low").asDouble() <= s.path("high").asDouble());
  }

  @Test
  void aShareOfNothingIsNullInJsonAndADashInTheTable() throws IOException {
    JsonNode scores = new ObjectMapper().readTree(REPORT.json()).path("scores");

    assertThat(scores)
        .anyMatch(s -> s.path("count").asInt() == 0)
        .allMatch(s -> s.path("count").asInt() > 0 || s.path("share").isNull());
    assertThat(REPORT.table()).contains("  -  ").doesNotContain("NaN");
  }

  @Test
  void pictureHasARowForEveryTagAboveAndBelow(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("samples.png");

    REPORT.writePicture(file);

    RgbImage picture = RgbImage.decode(Files.readAllBytes(file));
    assertThat(picture.height()).isGreaterThan(2 * 6 * 100);
  }
}
