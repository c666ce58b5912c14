package dev.tandem.schemas.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.Table;
import dev.tandem.testing.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The views over three iterations of four groups with two members each, the last one not committed.
 * Rewards: group a 0 and 0, b 1 and 1, c 0 and 1 (in iteration 2: 1 and 1), d failed.
 */
class AnalysisViewTest {
  private static final Pattern EXAMPLE = Pattern.compile("```sql\\n(.*?)```", Pattern.DOTALL);

  private static SparkSession spark;

  @BeforeAll
  static void fill(@TempDir Path folder) {
    spark = TestSpark.session().newSession(); // its views are its own
    Warehouse warehouse = Warehouse.open(spark, folder.resolve("warehouse").toString());
    warehouse.registerAnalysisViews();
    warehouse.append(
        Table.SAMPLES,
        spark.sql(
            """
            SELECT 's' sample_id, 'generation' side, 'two_object' tag, '{}' metadata, '{}' extra,
              'a.jsonl:1' source, 'imported' provenance"""));
    for (int iteration = 1; iteration <= 3; iteration++) {
      spark.sql(members(iteration)).createOrReplaceTempView("members");
      warehouse.replace(Table.ROLLOUTS, "run", iteration, spark.sql(ROLLOUTS));
      warehouse.replace(Table.REWARDS, "run", iteration, spark.sql(REWARDS));
      warehouse.replace(Table.BATCHES, "run", iteration, spark.sql(BATCHES));
      if (iteration < 3) {
        warehouse.append(Table.ITERATIONS, spark.sql(COMMIT));
      }
    }
  }

  @Test
  void rewardByTagCountsFailuresApart() {
    assertThat(
            rows(
                "SELECT iteration, stage, tag, reward, rollouts, scored, mean, std IS NULL"
                    + " FROM reward_by_tag ORDER BY iteration"))
        .containsExactly(
            "[1,reason,two_object,graded,8,6,0.5,false]",
            "[2,reason,two_object,graded,8,6,0.6666666666666666,false]");
  }

  @Test
  void groupOutcomesTellWhatAGroupCanTeach() {
    assertThat(
            rows(
                "SELECT group_id, pair_id, rollouts, scored, kept, least, mean, greatest, outcome"
                    + " FROM group_outcomes WHERE iteration = 1 ORDER BY group_id"))
        .containsExactly(
            "[a,p,2,2,2,0.0,0.0,0.0,all_wrong]",
            "[b,p,2,2,2,1.0,1.0,1.0,all_equal]",
            "[c,p,2,2,2,0.0,0.5,1.0,mixed]",
            "[d,p,2,0,0,null,null,null,unscored]");
  }

  @Test
  void rewardFailuresNameTheReasonAndAnExample() {
    assertThat(
            rows(
                "SELECT iteration, stage, reward, failure_kind, failure, failures, most_requests,"
                    + " mean_latency_millis, example_rollout_id FROM reward_failures"
                    + " ORDER BY iteration"))
        .containsExactly(
            "[1,reason,graded,timeout,no answer in 9 s,2,3,250.0,d0-1]",
            "[2,reason,graded,timeout,no answer in 9 s,2,3,250.0,d0-2]");
  }

  @Test
  void worstGroupsComeWithTheirPrompts() {
    assertThat(
            rows(
                "SELECT place, group_id, tag, prompt, mean FROM worst_groups"
                    + " WHERE iteration = 1 ORDER BY place"))
        .containsExactly(
            "[1,a,two_object,Draw a.,0.0]",
            "[2,c,two_object,Draw c.,0.5]",
            "[3,b,two_object,Draw b.,1.0]");
  }

  @Test
  void rewardDriftComparesWithEarlierIterations() {
    List<Row> drift =
        spark
            .sql("SELECT mean, change, drift, mean_of_five FROM reward_drift ORDER BY iteration")
            .collectAsList();
    assertThat(drift).hasSize(2);
    assertThat(drift.get(0).toString()).isEqualTo("[0.5,null,0.0,0.5]");
    double second = 4.0 / 6;
    assertThat(drift.get(1).getDouble(0)).isEqualTo(second);
    assertThat(drift.get(1).getDouble(1)).isEqualTo(second - 0.5);
    assertThat(drift.get(1).getDouble(2)).isEqualTo(second - 0.5);
    assertThat(drift.get(1).getDouble(3)).isEqualTo((0.5 + second) / 2);
  }

  @Test
  void everyViewIsDescribedAndItsExampleRuns() throws IOException {
    String page =
        Files.readString(Path.of(System.getProperty("tandem.root")).resolve("docs/sql.md"));
    List<String> examples = new ArrayList<>();
    for (Matcher matcher = EXAMPLE.matcher(page); matcher.find(); ) {
      examples.add(matcher.group(1));
    }
    for (AnalysisView view : AnalysisView.values()) {
      assertThat(page).contains("## `" + view.viewName() + "`");
      assertThat(examples).anyMatch(example -> example.contains("from " + view.viewName()));
      assertThat(rows("DESCRIBE " + view.viewName())).isNotEmpty();
    }
    for (String example : examples) {
      assertThat(rows(example)).as(example).isNotNull();
    }
  }

  private static List<String> rows(String query) {
    return spark.sql(query).collectAsList().stream().map(Row::toString).toList();
  }

  private static String members(int iteration) {
    return """
        SELECT 'run' run_id, %1$d iteration, concat(g, i, '-', %1$d) rollout_id, g group_id,
          i sample_index,
          CASE g WHEN 'a' THEN 0D WHEN 'b' THEN 1D WHEN 'c' THEN if(%1$d = 1, double(i), 1D) END v
        FROM VALUES ('a'), ('b'), ('c'), ('d') AS groups(g), VALUES (0), (1) AS places(i)"""
        .formatted(iteration);
  }

  private static final String ROLLOUTS =
      """
      SELECT run_id, iteration, rollout_id, 'reason' stage, 'p' pair_id, group_id, sample_index,
        's' sample_id, concat('Draw ', group_id, '.') prompt, array(1) token_ids,
        array(-0.5F) token_logprobs, 1L seed, 'version' policy_version, 'driver' executor,
        'cpu' device, map('decode', 1D) timings
      FROM members""";

  private static final String REWARDS =
      """
      SELECT run_id, iteration, rollout_id, group_id, 'graded' reward, v value,
        if(v IS NULL, 'timeout', NULL) failure_kind, if(v IS NULL, 'no answer in 9 s', NULL) failure,
        250D latency_millis, if(v IS NULL, 3, 1) requests, 1 attempt, false cached
      FROM members""";

  private static final String BATCHES =
      """
      SELECT run_id, iteration, rollout_id, group_id, 'p' pair_id, 'reason' stage, sample_index,
        v text_reward, v image_reward, 2 group_size, 1D pair_weight, v IS NOT NULL kept,
        if(v IS NULL, 'reward_failed', NULL) drop_reason
      FROM members""";

  private static final String COMMIT =
      """
      SELECT run_id, iteration, 'reason' stage, 'a' policy_before, 'b' policy_after,
        map('rewards', 1L) table_versions, map('score', 1D) timings, map('rollouts', 8L) counts,
        current_timestamp() committed_at
      FROM members LIMIT 1""";
}
