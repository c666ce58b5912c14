package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tandem.reward.AdvantageSettings.Deviation;
import dev.tandem.reward.AdvantageSettings.PartialFailure;
import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.SparkSessions;
import dev.tandem.schemas.warehouse.Warehouse;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.MutableURLClassLoader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the RAPIDS Accelerator would run the whole query from {@code rollouts}, {@code rewards}
 * and {@code pairs} to the rows of {@code batches} on a GPU. Its explain-only mode needs none, and
 * marks what would fall back to the CPU by {@code !}, or cross a bridge to it by {@code ^}.
 *
 * <p>A write is a command and no query, so the plugin explains none: what is not seen here is
 * Delta's writing of the files.
 */
@Tag("rapids")
class GpuPlanTest {
  private static final String EXPLAINER = "com.nvidia.spark.rapids.ExplainPlan";

  private static final List<Term> TERMS = List.of(new Term("graded", 0.75), new Term("strict", 2));

  private static final RewardPlan ONE_REWARD =
      RewardPlan.of(Map.of("reason", StageRewards.joint(TERMS.subList(0, 1))));

  private static final RewardPlan SEVERAL =
      RewardPlan.of(
          Map.of(
              "understand",
              StageRewards.ofText(List.of(new Term("accuracy", 1))),
              "reason",
              new StageRewards(TERMS, List.of(new Term("accuracy", 0.5)), List.of())));

  private static SparkSession spark;
  private static Warehouse warehouse;

  @BeforeAll
  static void openWarehouse(@TempDir Path folder) {
    assumeTrue(
        explainerIsThere(), "the RAPIDS Accelerator is not on the class path: test with --rapids");
    // The plugin adds its classes for this version of Spark to such a class loader.
    Thread thread = Thread.currentThread();
    thread.setContextClassLoader(
        new MutableURLClassLoader(new URL[0], GpuPlanTest.class.getClassLoader()));
    Configurator.setLevel("com.nvidia.spark.rapids.GpuOverrides", Level.ERROR); // prints all plans
    spark =
        SparkSessions.local("tandem-rapids", 2)
            .config("spark.plugins", "com.nvidia.spark.SQLPlugin")
            .config("spark.rapids.sql.mode", "explainOnly")
            .config("spark.rapids.sql.explain", "NONE")
            .config("spark.sql.warehouse.dir", folder.resolve("spark").toString())
            .getOrCreate();
    warehouse = Warehouse.open(spark, folder.resolve("warehouse").toString());
    fill();
  }

  @AfterAll
  static void stopSpark() {
    if (spark != null) {
      spark.stop();
    }
  }

  @TestFactory
  Stream<DynamicTest> everyEstimatorStaysOnTheGpu() {
    return Arrays.stream(Estimator.values())
        .map(
            estimator ->
                DynamicTest.dynamicTest(
                    estimator.name(),
                    () -> check(ONE_REWARD, SettingsBuilder.of(estimator).build())));
  }

  @TestFactory
  Stream<DynamicTest> everySettingOfEveryEstimatorStaysOnTheGpu() {
    return Arrays.stream(Estimator.values())
        .flatMap(
            estimator ->
                settings(estimator).entrySet().stream()
                    .map(
                        one ->
                            DynamicTest.dynamicTest(
                                estimator + ", " + one.getKey(),
                                () -> check(SEVERAL, one.getValue()))));
  }

  /** Each setting alone, and all of them. */
  private static Map<String, AdvantageSettings> settings(Estimator estimator) {
    Map<String, SettingsBuilder> settings = new LinkedHashMap<>();
    settings.put("defaults", SettingsBuilder.of(estimator));
    settings.put("epsilon inside", SettingsBuilder.of(estimator).epsilonInside(1e-8));
    settings.put("population", SettingsBuilder.of(estimator).deviation(Deviation.POPULATION));
    settings.put("trimmed", SettingsBuilder.of(estimator).trim(0.2));
    settings.put("clipped", SettingsBuilder.of(estimator).clip(5));
    settings.put("by formula", SettingsBuilder.of(estimator).byFormula());
    settings.put(
        "the rest", SettingsBuilder.of(estimator).partialFailure(PartialFailure.SUM_THE_REST));
    settings.put("filtered", SettingsBuilder.of(estimator).filtering());
    settings.put(
        "all",
        SettingsBuilder.of(estimator)
            .epsilonInside(1e-8)
            .deviation(Deviation.POPULATION)
            .trim(0.2)
            .clip(5)
            .byFormula()
            .partialFailure(PartialFailure.SUM_THE_REST)
            .filtering());
    Map<String, AdvantageSettings> built = new LinkedHashMap<>();
    settings.forEach((name, builder) -> built.put(name, builder.build()));
    return built;
  }

  private static void check(RewardPlan plan, AdvantageSettings settings) {
    RewardStage stage = new RewardStage(warehouse, new RewardSettings(plan, settings, 0.05));
    assertOnGpu(
        "few rows, in one task", stage.batches("run", 1, warehouse.read(Table.REWARDS, "run", 1)));
    assertOnGpu(
        "many rows",
        new Advantages(plan, settings)
            .compute(
                warehouse.read(Table.ROLLOUTS, "run", 1),
                warehouse.read(Table.REWARDS, "run", 1),
                warehouse.lookUp(Table.PAIRS)));
  }

  private static void assertOnGpu(String what, Dataset<Row> rows) {
    String explained = explain(rows);
    assertThat(explained).as(what).contains("*Exec <WindowExec>", "*Exec <FileSourceScanExec>");
    assertThat(explained.lines().map(String::strip))
        .as(what)
        .noneMatch(line -> line.startsWith("!") || line.startsWith("^"));
  }

  private static String explain(Dataset<Row> rows) {
    try {
      Method method =
          Class.forName(EXPLAINER)
              .getMethod("explainPotentialGpuPlan", Dataset.class, String.class);
      return (String) method.invoke(null, rows, "ALL");
    } catch (ReflectiveOperationException e) {
      throw new AssertionError("Cannot explain " + rows.queryExecution(), e);
    }
  }

  private static boolean explainerIsThere() {
    return GpuPlanTest.class.getResource("/" + EXPLAINER.replace('.', '/') + ".class") != null;
  }

  private static void fill() {
    warehouse.replace(
        Table.ROLLOUTS,
        "run",
        1,
        spark
            .range(16)
            .selectExpr(
                "'run' run_id",
                "1 iteration",
                "concat('rollout ', id) rollout_id",
                "'reason' stage",
                "'pair' pair_id",
                "concat('group ', id div 8) group_id",
                "int(id % 8) sample_index",
                "'sample' sample_id",
                "'Draw.' prompt",
                "array(1, 2) token_ids",
                "array(-0.5f, -0.5f) token_logprobs",
                "1L seed",
                "'version' policy_version",
                "'driver' executor",
                "'cpu' device",
                "map('decode', 1d) timings"));
    warehouse.replace(
        Table.REWARDS,
        "run",
        1,
        spark
            .range(48)
            .selectExpr(
                "'run' run_id",
                "1 iteration",
                "concat('rollout ', id div 3) rollout_id",
                "concat('group ', id div 24) group_id",
                "element_at(array('graded', 'strict', 'accuracy'), int(id % 3) + 1) reward",
                "double(id % 5) value",
                "1d latency_millis",
                "1 attempt",
                "false cached"));
    warehouse.append(
        Table.PAIRS,
        spark
            .range(1)
            .selectExpr(
                "'pair' pair_id",
                "'build' build_id",
                "'sample' generation_sample_id",
                "'sample' understanding_sample_id",
                "'retrieved' pair_type",
                "0.5d similarity",
                "0.7d weight"));
  }
}
