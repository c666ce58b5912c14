package dev.tandem.jobs.examination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.jobs.evaluation.Examinee;
import dev.tandem.jobs.train.StartPolicy;
import dev.tandem.policy.Context;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.geneval.Tag;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExaminationTest {
  private static final EvaluationSet SET =
      new EvaluationSet(
          new TandemConfig.Evaluation(
              false, false, List.of(Suite.values()), 1, 1, 4, 1, 64, 4, 3, 11));

  /** Reading a text and writing it sum in different order, which may turn a rounded grey level. */
  private static final int ROUNDING = 1;

  @TempDir private static Path folder;
  private static Policy policy;

  @BeforeAll
  static void loadTheBundledPolicy() {
    Path bundled = folder.resolve("bundled");
    StartPolicy.copy(null, bundled);
    policy = Policies.load(bundled);
  }

  @AfterAll
  static void closeThePolicy() {
    policy.close();
  }

  @Test
  void findsTheSameOnAnyNumberOfThreads() {
    Findings alone = examination((items, done, all) -> {}).run(1);

    assertThat(examination((items, done, all) -> {}).run(3)).isEqualTo(alone);
    assertThat(alone.prompts())
        .extracting(found -> found.task().tag())
        .containsExactly(Tag.values());
    assertThat(alone.answers()).hasSize(SET.settings().questions());
  }

  @Test
  void tellsHowFarItHasCome() {
    List<String> heard = new ArrayList<>();

    examination((items, done, all) -> heard.add(items + " " + done + "/" + all)).run(2);

    assertThat(heard)
        .hasSize(SET.promptCount() + SET.settings().questions())
        .startsWith("prompts 1/6", "prompts 2/6")
        .endsWith("questions 4/4");
  }

  @Test
  void aPlanThatIsReadIsDrawnLikeOneThatWasWritten() {
    PromptTask task = SET.prompt(Tag.COLOR_ATTR.ordinal());
    RandomKey key = SET.sampleKey("test", 0, 0);
    try (Context context = policy.encode(Prompts.reason(task.prompt()));
        TextRollout written = policy.generateText(context, TextSampling.greedy(64), List.of(key))) {
      RgbImage own =
          policy.generateImages(written.context(), SET.drawing(), List.of(key)).get(0).image();
      String plan = written.samples().get(0).text();

      assertSameUpToRounding(new Examinee(policy, SET).drawn(task, plan, List.of(key)).get(0), own);
    }
  }

  @Test
  void everySuiteIsAnsweredWithTheSameNoise() {
    Examinee examinee = new Examinee(policy, SET);
    Map<Suite, Answer> answers = new EnumMap<>(Suite.class);
    for (Suite suite : Suite.values()) {
      List<Answer> ofSuite = examinee.answer(suite, 0);
      assertThat(ofSuite).hasSize(1).allMatch(answer -> answer.suite() == suite);
      answers.put(suite, ofSuite.get(0));
    }

    assertThat(answers.get(Suite.GENEVAL_PLANNED).isPlan()).isTrue();
    assertThat(examinee.answer(Suite.GENEVAL_PLANNED, 0).get(0).image())
        .isEqualTo(answers.get(Suite.GENEVAL_PLANNED).image());
    assertThat(answers.get(Suite.MULTIPLE_CHOICE).image()).isNull();
  }

  private static void assertSameUpToRounding(RgbImage image, RgbImage expected) {
    for (int i = 0; i < image.rgb().length; i++) {
      assertThat((image.rgb()[i] & 0xFF) - (expected.rgb()[i] & 0xFF))
          .isBetween(-ROUNDING, ROUNDING);
    }
  }

  private static Examination examination(ExaminationProgress progress) {
    return new Examination(policy, SET, progress);
  }
}
