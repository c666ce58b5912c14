package dev.tandem.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.Identifiers;
import dev.tandem.testing.TestSpark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled policy in Spark tasks: rollouts do not depend on how groups are partitioned. */
class RolloutPartitionsTest {
  private static final int GROUPS = 16;
  private static final int GROUP_SIZE = 4;
  private static final String RUN = "partitions";
  private static final String BUNDLED = "/dev/tandem/policy/bundled/";

  /** What does not depend on who computed a row, and when. */
  private static final String[] REPRODUCIBLE = {
    "rollout_id", "token_ids", "token_logprobs", "text", "image", "flow_steps"
  };

  private static Path folder;

  @BeforeAll
  static void unpackPolicy(@TempDir Path target) throws IOException {
    for (String file :
        List.of("config.json", "tokenizer.json", "model.safetensors", "ae.safetensors")) {
      try (InputStream content = Policies.class.getResourceAsStream(BUNDLED + file)) {
        Files.copy(Objects.requireNonNull(content, file), target.resolve(file));
      }
    }
    folder = target;
  }

  @Test
  void sixteenGroupsAreTheSameInOneThreeAndSixteenPartitions() {
    List<Row> one = sample(groups().coalesce(1));
    assertThat(one).hasSize(GROUPS * GROUP_SIZE);
    for (int partitions : new int[] {3, GROUPS}) {
      assertThat(sample(groups().repartition(partitions)))
          .as("%d partitions", partitions)
          .usingRecursiveComparison()
          .isEqualTo(one);
    }
  }

  private static List<Row> sample(Dataset<Row> groups) {
    RolloutRequest request =
        RolloutRequest.of(
            RUN,
            1,
            42,
            folder.toString(),
            Policies.version(folder),
            Map.of(
                "reason",
                StageSampling.ofTextAndImage(
                    TextSampling.atTemperature(1, 40),
                    new ImageSampling(6, 3, List.of(0, 2), 0.7))));
    return groups
        .mapPartitions(
            new RolloutTask(
                request,
                Policies::load,
                SilentListener.INSTANCE,
                TestSpark.session().sparkContext().doubleAccumulator()),
            Encoders.row(RolloutRows.schema()))
        .selectExpr(REPRODUCIBLE)
        .sort("rollout_id")
        .collectAsList();
  }

  private static Dataset<Row> groups() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < GROUPS; i++) {
      String pair = "pair" + i;
      rows.add(
          RowFactory.create(
              "reason",
              pair,
              "sample" + i,
              Identifiers.groupId(RUN, 1, "reason", pair),
              GROUP_SIZE,
              "a photo of %s stars".formatted(i % 2 == 0 ? "two" : "three"),
              null,
              null,
              null));
    }
    return TestSpark.session()
        .createDataFrame(
            rows,
            StructType.fromDDL(
                "stage STRING, pair_id STRING, sample_id STRING, group_id STRING,"
                    + " group_size INT, prompt STRING, question STRING, image BINARY,"
                    + " image_sha256 STRING"));
  }
}
