package dev.tandem.tests;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.Tandem;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole quickstart with a policy of random weights: what it leaves, and that it resumes. */
class QuickstartTest {
  private static final int ITERATIONS = 2;

  @TempDir private Path folder;

  @Test
  void aRunThatIsContinuedEndsWithTheWeightsOfAnUninterruptedOne() throws IOException {
    Path policy = SmallPolicy.write(folder);
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");

    assertThat(quickstart(policy, whole, ITERATIONS)).isZero();
    assertThat(quickstart(policy, parts, ITERATIONS - 1)).isZero();
    leaveUncommittedRows(parts);
    assertThat(quickstart(policy, parts, ITERATIONS)).isZero();

    assertThat(weights(parts, ITERATIONS))
        .isEqualTo(weights(whole, ITERATIONS))
        .isNotEqualTo(weights(whole, 0));
    assertThat(whole.resolve("quickstart/before-after.png")).isNotEmptyFile();
    everyRolloutIsThereOnce(parts);
  }

  private static int quickstart(Path policy, Path runs, int iterations) {
    List<String> args = new ArrayList<>(List.of("quickstart"));
    List<String> settings =
        List.of(
            "run.policy=" + policy,
            "run.folder=" + runs,
            "run.iterations=" + iterations,
            "data.shapeworld_samples=24",
            "sampling.pairs=2",
            "rollout.group=3",
            "rollout.reason.max_tokens=6",
            "rollout.image.steps=4",
            "rollout.image.window.end=3",
            "rollout.image.window.size=2",
            "reward.reason.text.reference_similarity=1",
            "reward.reason.image.reference_similarity=1",
            "evaluation.prompts=1",
            "evaluation.seeds=2",
            "evaluation.questions=3",
            "evaluation.max_tokens=6",
            "evaluation.steps=2");
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    return Tandem.run(args.toArray(new String[0]));
  }

  /** What a process leaves that is killed between its rollouts and the commit. */
  private static void leaveUncommittedRows(Path runs) {
    try (JobSession session = JobSession.start("uncommitted rows")) {
      Warehouse warehouse = Warehouse.open(session.spark(), warehouse(runs));
      warehouse.append(
          Table.ROLLOUTS,
          warehouse
              .read(Table.ROLLOUTS)
              .withColumn("iteration", lit(ITERATIONS)));
    }
  }

  private static void everyRolloutIsThereOnce(Path runs) {
    try (JobSession session = JobSession.start("count")) {
      Warehouse.open(session.spark(), warehouse(runs));
      Row row =
          session
              .spark()
              .sql("select count(*), count(distinct rollout_id) from committed_rollouts")
              .head();
      long expected = ITERATIONS * 2 * 2 * 3; // pairs, sides, group
      assertThat(List.of(row.getLong(0), row.getLong(1))).isEqualTo(List.of(expected, expected));
    }
  }

  private static String warehouse(Path runs) {
    return runs.resolve("quickstart/warehouse").toString();
  }

  private static byte[] weights(Path runs, int iteration) throws IOException {
    return Files.readAllBytes(
        runs.resolve("quickstart/checkpoints/" + iteration + "/model.safetensors"));
  }
}
