package dev.tandem.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.config.ConfigLoader;
import dev.tandem.learner.LearnerStage;
import dev.tandem.learner.PolicyStore;
import dev.tandem.learner.UpdateRequest;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.rollout.RolloutRequest;
import dev.tandem.rollout.RolloutStage;
import dev.tandem.rollout.StageSampling;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.warehouse.Warehouse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates by two ranks in two executor processes. */
class DataParallelTest {
  private static final String RUN = "ranks";
  private static final int UPDATES = 5;
  private static final int PAIRS = 3;
  private static final int GROUP = 3;

  /** Gradients are summed in other parts, in float32. */
  private static final double ROUNDING = 1e-5;

  private static final TextSampling TEXT = TextSampling.atTemperature(1, 6);
  private static final ImageSampling IMAGE =
      new ImageSampling(4, 3, List.of(0, 1), 0.8, Guidance.NONE);

  @TempDir static Path folder;

  private static LocalCluster cluster;
  private static Warehouse warehouse;
  private static Path start;

  @BeforeAll
  static void sample() throws Exception {
    start = SmallPolicy.write(folder);
    cluster = LocalCluster.start();
    warehouse = Warehouse.open(cluster.spark(), folder.resolve("warehouse").toString());
    writeSamples();
    for (int iteration = 1; iteration <= UPDATES; iteration++) {
      writeBatch(iteration);
    }
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void twoProcessesGiveTheWeightsOfOneAfterFiveUpdates() {
    Path alone = start;
    Path together = start;
    for (int iteration = 1; iteration <= UPDATES; iteration++) {
      alone = update(1, PolicyStore.DEFAULT, iteration, alone, "alone-" + iteration);
      together = update(2, PolicyStore.DEFAULT, iteration, together, "together-" + iteration);
    }

    double moved = largestDistance(start, alone);
    assertThat(largestDistance(alone, together)).isLessThan(ROUNDING).isLessThan(moved / 10);
  }

  @Test
  void aRankThatDiesIsStartedAgainWithAllOthersAndChangesNothing() {
    Path undisturbed = update(2, PolicyStore.DEFAULT, 1, start, "undisturbed");
    Path disturbed = update(2, new DyingPolicies(), 1, start, "disturbed");

    assertThat(Policies.version(disturbed))
        .isEqualTo(Policies.version(undisturbed))
        .isNotEqualTo(Policies.version(start));
  }

  private static Path update(
      int ranks, PolicyStore policies, int iteration, Path policy, String name) {
    List<String> settings =
        List.of(
            "learner.ranks=" + ranks,
            "learner.mini_batches=2",
            "learner.threads=1",
            // All batches are the start policy's.
            "learner.logp_alarm=.inf");
    LearnerStage stage =
        new LearnerStage(
            warehouse,
            ConfigLoader.load(null, null, new Properties(), settings).learner(),
            policies);
    UpdateRequest request =
        new UpdateRequest(
            RUN,
            iteration,
            1,
            policy,
            start,
            folder.resolve(name),
            Map.of("understand", TEXT, "reason", TEXT),
            Guidance.NONE,
            SystemPrompts.NONE);
    return stage.update(request).folder();
  }

  /** The largest distance of a parameter's values over their norm. */
  private static double largestDistance(Path a, Path b) {
    double largest = 0;
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> expected = weights(a);
      Map<String, Tensor> found = weights(b);
      assertThat(found).containsOnlyKeys(expected.keySet());
      for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
        double norm = entry.getValue().norm().item_double();
        double distance = found.get(entry.getKey()).sub(entry.getValue()).norm().item_double();
        largest = Math.max(largest, norm == 0 ? distance : distance / norm);
      }
    }
    return largest;
  }

  private static Map<String, Tensor> weights(Path policy) {
    return TensorFiles.load(policy.resolve("model.safetensors"), ScalarType.Double);
  }

  private static void writeSamples() throws Exception {
    byte[] rgb = new byte[32 * 32 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 37);
    }
    Path image = folder.resolve("image.png");
    Files.write(image, new RgbImage(32, 32, rgb).toPng());
    Dataset<Row> samples =
        warehouse
            .spark()
            .read()
            .format("binaryFile")
            .load(image.toString())
            .selectExpr("explode(sequence(0, %d)) as i".formatted(PAIRS - 1), "content as image")
            .selectExpr(
                "concat('sample-', i) as sample_id",
                "'understanding' as side",
                "image",
                "'png' as image_format",
                "32 as image_width",
                "32 as image_height",
                "'0' as image_sha256",
                "repeat('a photo of a red circle ', i + 1) as prompt",
                "repeat('how many? ', i + 1) as question",
                "'{}' as metadata",
                "'{}' as extra",
                "'s:1' as source",
                "'imported' as provenance");
    warehouse.append(Table.SAMPLES, samples);
  }

  /** What the rollout and the reward stage leave, with made-up advantages. */
  private static void writeBatch(int iteration) {
    List<Row> groups = new ArrayList<>();
    for (int pair = 0; pair < PAIRS; pair++) {
      for (String stage : List.of("understand", "reason")) {
        groups.add(
            RowFactory.create(
                stage,
                "pair-" + pair,
                "sample-" + pair,
                "%s-%d-%d".formatted(stage, iteration, pair),
                GROUP));
      }
    }
    StructType schema =
        StructType.fromDDL(
            "stage STRING, pair_id STRING, sample_id STRING, group_id STRING, group_size INT");
    RolloutRequest request =
        RolloutRequest.of(
            RUN,
            iteration,
            1,
            start.toString(),
            Policies.version(start),
            Map.of(
                "understand",
                StageSampling.ofText(TEXT),
                "reason",
                StageSampling.ofTextAndImage(TEXT, IMAGE)));
    new RolloutStage(warehouse).run(request, warehouse.spark().createDataFrame(groups, schema));
    Dataset<Row> rollouts = warehouse.read(Table.ROLLOUTS, RUN, iteration);
    warehouse.replace(
        Table.BATCHES,
        RUN,
        iteration,
        rollouts.selectExpr(
            "run_id",
            "iteration",
            "rollout_id",
            "group_id",
            "pair_id",
            "stage",
            "sample_index",
            "3 as group_size",
            "cast(sample_index - 1 as double) as text_advantage",
            "if(stage = 'reason', cast(1 - sample_index as double), null) as image_advantage",
            "1.0D as pair_weight",
            "true as kept"));
  }
}
