package dev.tandem.jobs.pretrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.policy.Policies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainJobTest {
  private static final long SEED = 5;

  private static final int AUTOENCODER_STEPS = 2;
  private static final int STEPS = 4;

  private static PretrainConfig config(Path folder, int threads) {
    return new PretrainConfig(folder, SEED, AUTOENCODER_STEPS, STEPS, 2, 2, threads, 1);
  }

  private static String run(Path folder, int threads) {
    return Policies.version(
        new PretrainJob(config(folder, threads), (phase, step, all, metrics) -> {}).run());
  }

  /** Runs until the step of the policy is reported, which is after its checkpoint. */
  private static void runUntil(Path folder, int lastStep) {
    PretrainProgress stopping =
        (phase, step, all, metrics) -> {
          if (phase.equals("policy") && step == lastStep) {
            throw new IllegalStateException("stopped");
          }
        };
    assertThatThrownBy(() -> new PretrainJob(config(folder, 2), stopping).run())
        .hasMessage("stopped");
  }

  @Test
  void resumedRunOnMoreThreadsEndsWithTheSameWeights(@TempDir Path folder) {
    String whole = run(folder.resolve("whole"), 1);
    runUntil(folder.resolve("parts"), STEPS / 2);
    assertThat(run(folder.resolve("parts"), 2)).isEqualTo(whole);
  }

  @Test
  void everyReportedStepIsALineOfMetrics(@TempDir Path folder) throws Exception {
    List<String> heard = new ArrayList<>();
    PretrainConfig config = new PretrainConfig(folder, SEED, 1, 1, 1, 2, 1, 1);
    new PretrainJob(config, (phase, step, all, metrics) -> heard.add(phase)).run();
    assertThat(heard).containsExactly("autoencoder", "policy", "planning");
    assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")))
        .hasSize(3)
        .allMatch(line -> line.contains("\"gradient_norm\""));
  }
}
