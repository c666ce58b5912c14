package dev.tandem.jobs.pretrain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.Policies;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainJobTest {
  private static final long SEED = 5;

  private static String run(Path folder, int autoencoderSteps, int steps, int threads) {
    PretrainConfig config =
        new PretrainConfig(folder, SEED, autoencoderSteps, steps, 2, threads, 1);
    return Policies.version(new PretrainJob(config, (phase, step, all, metrics) -> {}).run());
  }

  @Test
  void resumedRunOnMoreThreadsEndsWithTheSameWeights(@TempDir Path folder) {
    String whole = run(folder.resolve("whole"), 2, 4, 1);
    run(folder.resolve("parts"), 2, 2, 2);
    assertThat(run(folder.resolve("parts"), 2, 4, 2)).isEqualTo(whole);
  }

  @Test
  void everyReportedStepIsALineOfMetrics(@TempDir Path folder) throws Exception {
    List<String> heard = new ArrayList<>();
    PretrainConfig config = new PretrainConfig(folder, SEED, 1, 1, 2, 1, 1);
    new PretrainJob(config, (phase, step, all, metrics) -> heard.add(phase)).run();
    assertThat(heard).containsExactly("autoencoder", "policy");
    assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")))
        .hasSize(2)
        .allMatch(line -> line.contains("\"gradient_norm\""));
  }
}
