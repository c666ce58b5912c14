package dev.tandem.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.Tandem;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * R3's reason stage, small: guided rollouts behind a system prompt are replayed as they were drawn,
 * in any run.
 */
class GuidedRunTest {
  private static final int ITERATIONS = 2;

  /** Decoding with a cache and a teacher-forced pass sum in different order in float32. */
  private static final double ROUNDING = 1e-5;

  @TempDir private Path folder;

  @Test
  void runsThatDifferInNameAloneEndWithTheSameWeights() throws IOException {
    Path policy = SmallPolicy.write(folder);

    assertThat(train(policy, "one")).isZero();
    assertThat(train(policy, "another")).isZero();

    assertThat(weights("another", ITERATIONS))
        .isEqualTo(weights("one", ITERATIONS))
        .isNotEqualTo(weights("one", 0));
    rolloutsEqualTheirReplay("one");
  }

  private int train(Path policy, String name) {
    List<String> args = new ArrayList<>(List.of("train", "--preset", "r3"));
    List<String> settings =
        List.of(
            "run.name=" + name,
            "run.policy=" + policy,
            "run.folder=" + folder.resolve("runs"),
            "run.iterations=" + ITERATIONS,
            "data.shapeworld_samples=24",
            "sampling.pairs=5",
            "rollout.group=3",
            "rollout.system_prompt.reason=Think before you draw.",
            "rollout.reason.max_tokens=6",
            "rollout.image.steps=4",
            "rollout.image.window.end=2",
            "reward.reason.text.reference_similarity=1",
            "reward.reason.image.reference_similarity=1",
            "learner.optimizer.schedule.warmup_steps=0");
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    return Tandem.run(args.toArray(new String[0]));
  }

  private void rolloutsEqualTheirReplay(String name) {
    try (JobSession session = JobSession.start("metrics")) {
      Warehouse.open(session.spark(), folder.resolve("runs/" + name + "/warehouse").toString());
      List<Row> rows =
          session
              .spark()
              .sql(
                  "select value from committed_metrics"
                      + " where name = 'rollout_replay_logp_absdiff'")
              .collectAsList();
      assertThat(rows)
          .hasSize(ITERATIONS)
          .allSatisfy(row -> assertThat(row.getDouble(0)).isLessThan(ROUNDING));
    }
  }

  private byte[] weights(String name, int iteration) throws IOException {
    return Files.readAllBytes(
        folder.resolve("runs/" + name + "/checkpoints/" + iteration + "/model.safetensors"));
  }
}
