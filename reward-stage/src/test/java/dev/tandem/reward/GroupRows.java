package dev.tandem.reward;

import static org.apache.spark.sql.functions.broadcast;

import dev.tandem.schemas.Table;
import dev.tandem.testing.TestSpark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Builds rollouts, rewards and pairs in memory and computes their advantages. */
final class GroupRows {
  private static final StructType ROLLOUTS =
      StructType.fromDDL(
          "run_id STRING, iteration INT, stage STRING, pair_id STRING, group_id STRING,"
              + " sample_index INT, rollout_id STRING, token_ids ARRAY<INT>,"
              + " flow_steps ARRAY<STRUCT<step: INT>>, image_token_ids ARRAY<INT>");
  private static final StructType REWARDS =
      StructType.fromDDL("rollout_id STRING, group_id STRING, reward STRING, value DOUBLE");
  private static final StructType PAIRS = StructType.fromDDL("pair_id STRING, weight DOUBLE");

  private final List<Row> rollouts = new ArrayList<>();
  private final List<Row> rewards = new ArrayList<>();
  private final List<Row> pairs = new ArrayList<>();

  /** Adds a pair. */
  GroupRows pair(String pairId, double weight) {
    pairs.add(RowFactory.create(pairId, weight));
    return this;
  }

  /** Adds a group whose members have one reward each; null or NaN stands for a failure. */
  GroupRows group(String pairId, String stage, String reward, @Nullable Double... values) {
    for (int i = 0; i < values.length; i++) {
      member(pairId, stage, i);
      reward(pairId, stage, i, reward, values[i]);
    }
    return this;
  }

  /** Adds a member without rewards, of one token. */
  GroupRows member(String pairId, String stage, int index) {
    return member(pairId, stage, index, 1);
  }

  /** Adds a member without rewards, whose text and image have so many tokens. */
  GroupRows member(String pairId, String stage, int index, int length) {
    Integer[] tokens = new Integer[length];
    Arrays.fill(tokens, 0);
    rollouts.add(
        RowFactory.create(
            "run",
            1,
            stage,
            pairId,
            groupId(pairId, stage),
            index,
            id(pairId, stage, index),
            tokens,
            null,
            tokens));
    return this;
  }

  /** Adds a reward. */
  GroupRows reward(String pairId, String stage, int index, String reward, @Nullable Double value) {
    rewards.add(RowFactory.create(id(pairId, stage, index), groupId(pairId, stage), reward, value));
    return this;
  }

  /** The rows of table batches, by pair and sample index. */
  List<Row> batches(RewardPlan plan, AdvantageSettings settings) {
    return compute(plan, settings, 1).sort("pair_id", "stage", "sample_index").collectAsList();
  }

  /** The rows of table batches, computed from inputs of so many partitions. */
  Dataset<Row> compute(RewardPlan plan, AdvantageSettings settings, int partitions) {
    return new Advantages(plan, settings)
        .compute(
            frame(rollouts, ROLLOUTS, partitions),
            frame(rewards, REWARDS, partitions),
            frame(pairs, PAIRS, partitions));
  }

  /** The physical plan where Spark must not send the rewards to every task. */
  String planOfManyRewards(RewardPlan plan, AdvantageSettings settings) {
    return new Advantages(plan, settings)
        .compute(
            frame(rollouts, ROLLOUTS, 2),
            frame(rewards, REWARDS, 2).hint("shuffle_hash"),
            broadcast(frame(pairs, PAIRS, 1)))
        .queryExecution()
        .executedPlan()
        .toString();
  }

  /** The column of the rows, in their order; null stays null. */
  static List<@Nullable Object> column(List<Row> rows, String name) {
    List<@Nullable Object> values = new ArrayList<>();
    rows.forEach(row -> values.add(row.getAs(name)));
    return values;
  }

  /** A plan of one stage with the given text rewards. */
  static RewardPlan textPlan(String stage, RewardPlan.Term... terms) {
    return new RewardPlan(
        new TreeMap<>(Map.of(stage, RewardPlan.StageRewards.ofText(List.of(terms)))));
  }

  private static Dataset<Row> frame(List<Row> rows, StructType schema, int partitions) {
    Dataset<Row> frame = TestSpark.session().createDataFrame(rows, schema);
    return partitions == 1 ? frame.coalesce(1) : frame.repartition(partitions);
  }

  private static String groupId(String pairId, String stage) {
    return stage + "-" + pairId;
  }

  private static String id(String pairId, String stage, int index) {
    return groupId(pairId, stage) + "-" + index;
  }

  static List<String> batchColumns() {
    return Table.BATCHES.columns().stream().map(column -> column.name()).toList();
  }
}
