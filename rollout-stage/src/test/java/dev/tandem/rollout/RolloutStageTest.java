package dev.tandem.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policy;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.warehouse.SparkSessions;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.CollectionAccumulator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolloutStageTest {
  private static final String VERSION = "v1";
  private static final int GROUP_SIZE = 3;
  private static final int GROUPS = 5;

  /** What does not depend on who computed a row, and when. */
  private static final String[] REPRODUCIBLE = {
    "rollout_id",
    "stage",
    "pair_id",
    "group_id",
    "sample_index",
    "sample_id",
    "prompt",
    "token_ids",
    "token_logprobs",
    "text",
    "finish_reason",
    "image",
    "flow_steps"
  };

  private static SparkSession spark;
  private static Warehouse warehouse;

  /** Tasks may fail twice here; the shared session of other tests gives up at once. */
  @BeforeAll
  static void openWarehouse(@TempDir Path folder) {
    spark = SparkSessions.local("rollout-tests", 2).master("local[2, 3]").getOrCreate();
    warehouse = Warehouse.open(spark, folder.toString());
    warehouse.append(Table.SAMPLES, samples());
  }

  @Test
  void writesOneRowForEveryMemberOfEveryGroup() throws IOException {
    List<Row> rows = run("rows", groups("rows", GROUPS)).collectAsList();

    assertThat(rows).hasSize(GROUPS * GROUP_SIZE);
    assertThat(rows).extracting(row -> row.<String>getAs("rollout_id")).doesNotHaveDuplicates();
    for (Row row : rows) {
      boolean reason = row.getAs("stage").equals("reason");
      String prompt = reason ? "a red star" : "How many?";
      assertThat(row.<String>getAs("prompt")).isEqualTo(prompt);
      assertThat(row.<String>getAs("text"))
          .startsWith((reason ? "a red star" : "VitImage+How many?") + " in a batch of 3: ");
      assertThat(row.<Object>getAs("input_image_sha256")).isEqualTo(reason ? null : "digest");
      assertThat(row.<String>getAs("finish_reason")).isEqualTo("stop");
      assertThat(row.<String>getAs("policy_version")).isEqualTo(VERSION);
      assertThat(row.<String>getAs("device")).isEqualTo("cpu");
      assertThat(row.getJavaMap(row.fieldIndex("timings")))
          .containsOnlyKeys(
              reason ? new Object[] {"encode", "text", "image"} : new Object[] {"encode", "text"});
      assertThat(row.<Object>getAs("image") != null).isEqualTo(reason);
    }
    assertTrajectory(rows.stream().filter(r -> r.getAs("stage").equals("reason")).findFirst());
  }

  private static void assertTrajectory(Optional<Row> rollout) throws IOException {
    Row row = rollout.orElseThrow();
    RgbImage image = RgbImage.decode(row.getAs("image"));
    assertThat(image.width()).isEqualTo(ScriptedPolicy.IMAGE_SIZE);
    List<Row> steps = row.getList(row.fieldIndex("flow_steps"));
    assertThat(steps).extracting(step -> step.<Integer>getAs("step")).containsExactly(1, 2);
    byte[] latent = steps.get(0).getAs("x_next");
    assertThat(latent).hasSize(Float.BYTES * ScriptedPolicy.LATENT_VALUES);
    float first = ByteBuffer.wrap(latent).order(ByteOrder.LITTLE_ENDIAN).getFloat();
    assertThat(first).isBetween(0f, 1f);
  }

  @Test
  void aSecondRunReplacesTheFirstAndEqualsIt() {
    List<Row> first = reproducible(run("again", groups("again", GROUPS)));
    List<Row> second = reproducible(run("again", groups("again", GROUPS)));

    assertThat(second).usingRecursiveComparison().isEqualTo(first);
    assertThat(warehouse.read(Table.ROLLOUTS).filter("run_id = 'again'").count())
        .isEqualTo(GROUPS * GROUP_SIZE);
  }

  @Test
  void rowsDoNotDependOnPartitionsOrCompany() {
    List<Row> one = reproducible(run("parts", groups("parts", GROUPS).coalesce(1)));
    List<Row> four = reproducible(run("parts", groups("parts", GROUPS).repartition(4)));
    List<Row> fewer = reproducible(run("parts", groups("parts", 2)));

    assertThat(four).usingRecursiveComparison().isEqualTo(one);
    assertThat(one).usingRecursiveFieldByFieldElementComparator().containsAll(fewer);
  }

  @Test
  void anotherRunWithTheSameSeedSamplesTheSame() {
    List<Row> here = run("here", groups("here", 2)).sort("pair_id", "sample_index").collectAsList();
    List<Row> there =
        run("there", groups("there", 2)).sort("pair_id", "sample_index").collectAsList();

    assertThat(here)
        .extracting(row -> row.<String>getAs("text"))
        .isEqualTo(there.stream().map(row -> row.<String>getAs("text")).toList());
  }

  @Test
  void aRetriedTaskLeavesOneRowPerRollout() {
    RolloutStage stage = new RolloutStage(warehouse, RolloutStageTest::loadAtSecondAttempt);
    stage.run(request("retry", "flaky"), groups("retry", GROUPS));
    List<Row> retried = reproducible(warehouse.read(Table.ROLLOUTS, "retry", 1));

    assertThat(retried).hasSize(GROUPS * GROUP_SIZE);
    assertThat(retried)
        .usingRecursiveComparison()
        .isEqualTo(reproducible(run("retry", groups("retry", GROUPS))));
  }

  @Test
  void theListenerSeesEveryGroupOnceInTheTasksThatWrite() {
    CollectionAccumulator<String> seen = spark.sparkContext().collectionAccumulator();
    RolloutStage stage = new RolloutStage(warehouse, folder -> new ScriptedPolicy(VERSION));

    stage.run(request("heard", "steady"), groups("heard", GROUPS), new Hearsay(seen));

    List<String> rollouts =
        warehouse.read(Table.ROLLOUTS, "heard", 1).collectAsList().stream()
            .map(row -> told(row, row))
            .toList();
    assertThat(seen.value()).containsExactlyInAnyOrderElementsOf(rollouts);
  }

  @Test
  void aListenerThatWaitsAtTheEndOfTasksHasAsManyAsCores() {
    CollectionAccumulator<Integer> tasks = spark.sparkContext().collectionAccumulator();
    RolloutStage stage = new RolloutStage(warehouse, folder -> new ScriptedPolicy(VERSION));

    stage.run(request("waiting", "steady"), groups("waiting", GROUPS), new Waiting(tasks));

    assertThat(tasks.value()).containsExactlyInAnyOrder(0, 1);
  }

  private record Waiting(CollectionAccumulator<Integer> tasks) implements RolloutListener {
    @Override
    public boolean waitsAtEnd() {
      return true;
    }

    @Override
    public InTask begin() {
      tasks.add(TaskContext.getPartitionId());
      return SilentListener.INSTANCE;
    }
  }

  @Test
  void knowsRolloutsThatItWouldWriteAgain() {
    Dataset<Row> groups = groups("known", GROUPS);
    RolloutStage stage = new RolloutStage(warehouse, folder -> new ScriptedPolicy(VERSION));
    assertThat(stage.isSampled(request("known", "steady"), groups)).isFalse();

    run("known", groups);

    assertThat(stage.isSampled(request("known", "steady"), groups)).isTrue();
    assertThat(stage.isSampled(request("known", "steady"), groups("known", GROUPS + 1))).isFalse();
    RolloutRequest ofAnotherPolicy = RolloutRequest.of("known", 1, 42, "steady", "other", Map.of());
    assertThat(stage.isSampled(ofAnotherPolicy, groups)).isFalse();
  }

  private static String told(Row rollout, Row sample) {
    List<Integer> tokens = rollout.getList(rollout.fieldIndex("token_ids"));
    return "%s of %s: %s".formatted(rollout.getAs("rollout_id"), sample.getAs("sample_id"), tokens);
  }

  /** Every task's first attempt fails behind its last group, when all was noted. */
  private record Hearsay(CollectionAccumulator<String> seen) implements RolloutListener {
    @Override
    public InTask begin() {
      List<String> heard = new ArrayList<>();
      return new InTask() {
        @Override
        public void sampled(List<Row> rollouts, Row sample) {
          rollouts.forEach(row -> heard.add(told(row, sample)));
        }

        @Override
        public void finish() {
          heard.forEach(seen::add);
          if (TaskContext.get().attemptNumber() == 0) {
            throw new IllegalStateException("This executor is lost behind its last group");
          }
        }

        @Override
        public void close() {}
      };
    }
  }

  @Test
  void anErrorNamesTheGroup() {
    Dataset<Row> refused = groups("refused", Stream.of(group("refused", "reason", 0, "hopeless")));
    assertThatThrownBy(() -> run("refused", refused))
        .hasStackTraceContaining(
            "Cannot sample group "
                + Identifiers.groupId("refused", 1, "reason", "pair0")
                + " (run refused, iteration 1, stage reason, pair pair0, sample hopeless): the"
                + " scripted policy refuses");
  }

  @Test
  void aSampleThatDoesNotExistIsNamed() {
    Dataset<Row> lost = groups("lost", Stream.of(group("lost", "reason", 0, "nowhere")));
    assertThatThrownBy(() -> run("lost", lost))
        .hasStackTraceContaining("Sample nowhere has no prompt, or does not exist");
  }

  private static Dataset<Row> run(String runId, Dataset<Row> groups) {
    RolloutStage stage = new RolloutStage(warehouse, folder -> new ScriptedPolicy(VERSION));
    assertThat(stage.run(request(runId, "steady"), groups)).isPositive();
    return warehouse.read(Table.ROLLOUTS, runId, 1);
  }

  private static Policy loadAtSecondAttempt(Path folder) {
    if (TaskContext.get().attemptNumber() == 0) {
      throw new IllegalStateException("This executor has no memory left");
    }
    return new ScriptedPolicy(VERSION);
  }

  private static RolloutRequest request(String runId, String folder) {
    TextSampling text = TextSampling.atTemperature(1, 8);
    ImageSampling image = new ImageSampling(5, 3, List.of(1, 2), 0.8);
    return RolloutRequest.of(
        runId,
        1,
        42,
        folder,
        VERSION,
        Map.of(
            "understand", StageSampling.ofText(text),
            "reason", StageSampling.ofTextAndImage(text, image)));
  }

  private static List<Row> reproducible(Dataset<Row> rollouts) {
    return rollouts
        .selectExpr(REPRODUCIBLE)
        .sort("pair_id", "stage", "sample_index")
        .collectAsList();
  }

  /** Groups of both stages in turn. */
  private static Dataset<Row> groups(String runId, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean reason = i % 2 == 0;
      rows.add(group(runId, reason ? "reason" : "understand", i, reason ? "drawn" : "asked"));
    }
    return groups(runId, rows.stream());
  }

  private static Dataset<Row> groups(String runId, Stream<Row> rows) {
    return spark.createDataFrame(
        rows.toList(),
        StructType.fromDDL(
            "run_id STRING, iteration INT, stage STRING, pair_id STRING, sample_id STRING,"
                + " group_id STRING, group_size INT"));
  }

  private static Row group(String runId, String stage, int index, String sampleId) {
    String pairId = "pair" + index;
    return RowFactory.create(
        runId,
        1,
        stage,
        pairId,
        sampleId,
        Identifiers.groupId(runId, 1, stage, pairId),
        GROUP_SIZE);
  }

  private static Dataset<Row> samples() {
    byte[] image = new RgbImage(2, 2, new byte[12]).toPng();
    return spark.createDataFrame(
        Arrays.asList(
            sample("drawn", "generation", "a red star", null, null),
            sample("hopeless", "generation", "something impossible", null, null),
            sample("asked", "understanding", null, "How many?", image)),
        StructType.fromDDL(
            "sample_id STRING, side STRING, prompt STRING, question STRING, image BINARY,"
                + " image_format STRING, image_width INT, image_height INT, image_sha256 STRING,"
                + " metadata STRING, extra STRING, source STRING, provenance STRING"));
  }

  private static Row sample(String id, String side, String prompt, String question, byte[] image) {
    boolean pictured = image != null;
    return RowFactory.create(
        id,
        side,
        prompt,
        question,
        image,
        pictured ? "png" : null,
        pictured ? 2 : null,
        pictured ? 2 : null,
        pictured ? "digest" : null,
        "{}",
        "{}",
        "test:1",
        "imported");
  }
}
