package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Deviation;
import dev.tandem.reward.AdvantageSettings.Estimator;
import dev.tandem.schemas.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Group-relative advantages as a DataFrame: tables {@code rollouts}, {@code rewards} and {@code
 * pairs} in, rows of table {@code batches} out. A group is all rollouts with one {@code group_id}.
 *
 * <p>Only SQL expressions are used. Every sum runs over an array in a fixed order: members by
 * sample index, groups by pair. So equal rewards give equal bits, however the rows are partitioned.
 *
 * <p>A failed rollout is left out of its group's statistics and has no advantage. A group with
 * fewer than two scored members, or with equal rewards, has advantage 0. The pair's weight is
 * multiplied after normalisation (PairUni, arXiv 2510.25682).
 */
public final class Advantages {
  private static final int SMALLEST_GROUP = 2;
  private static final Column[] BATCH_COLUMNS =
      Table.BATCHES.columns().stream().map(column -> col(column.name())).toArray(Column[]::new);

  private final RewardPlan plan;
  private final AdvantageSettings settings;

  public Advantages(RewardPlan plan, AdvantageSettings settings) {
    this.plan = plan;
    this.settings = settings;
  }

  /**
   * Computes the rows of {@code batches}, one per rollout.
   *
   * @param rollouts rollouts of any runs and iterations, all of stages that the plan names
   * @param rewards their rewards; a reward that is missing, null or NaN has failed
   * @param pairs the pairs of the rollouts; a rollout without its pair fails the query
   */
  public Dataset<Row> compute(Dataset<Row> rollouts, Dataset<Row> rewards, Dataset<Row> pairs) {
    RewardColumns columns = new RewardColumns(plan, settings.partialFailure());
    Dataset<Row> scored = columns.join(rollouts, rewards, pairs);
    if (settings.estimator() == Estimator.DECOUPLED) {
      scored = normalizeWithinGroups(scored, columns.names());
    }
    return batches(columns.combine(scored));
  }

  /** Replaces each reward by its z-score within the group; 0 where all members have the same. */
  private Dataset<Row> normalizeWithinGroups(Dataset<Row> scored, List<String> rewards) {
    Dataset<Row> members = GroupTable.of(scored, rewards, deviation()).members();
    Map<String, Column> normalized = new LinkedHashMap<>();
    for (String reward : rewards) {
      Column score = zScore(reward, reward + "_mean", reward + "_std");
      normalized.put(
          reward,
          when(col(reward).isNotNull(), when(col(reward + "_varies"), score).otherwise(0.0)));
    }
    return members.withColumns(normalized);
  }

  private Dataset<Row> batches(Dataset<Row> rewarded) {
    GroupTable groups = GroupTable.of(rewarded, Modality.rewards(), deviation());
    if (usesBatchStatistics()) {
      groups = groups.withBatchStatistics(deviation());
    }
    Column reward = coalesce(col("text_reward"), col("image_reward"));
    Column size = greatest(col("text_reward_count"), col("image_reward_count"));
    Column varies = col("text_reward_varies").or(col("image_reward_varies"));
    Column dropReason =
        when(reward.isNull(), "reward_failed")
            .when(size.lt(SMALLEST_GROUP), "group_too_small")
            .when(lit(settings.dynamicFilter()).and(varies.equalTo(false)), "degenerate_group");
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("group_mean", coalesce(col("text_reward_mean"), col("image_reward_mean")));
    columns.put("group_std", coalesce(col("text_reward_std"), col("image_reward_std")));
    columns.put("group_size", size);
    for (Modality modality : Modality.values()) {
      columns.put(modality.advantage(), advantage(modality));
    }
    columns.put("drop_reason", dropReason);
    columns.put("kept", dropReason.isNull());
    return groups.members().withColumns(columns).select(BATCH_COLUMNS);
  }

  private Column advantage(Modality modality) {
    String reward = modality.reward();
    Column weighted = estimate(reward).multiply(col("pair_weight"));
    return when(col(reward).isNotNull(), when(col(reward + "_varies"), weighted).otherwise(0.0));
  }

  private Column estimate(String reward) {
    Column value = col(reward);
    Column mean = col(reward + "_mean");
    return switch (settings.estimator()) {
      case ZSCORE -> zScore(reward, reward + "_mean", reward + "_std");
      case MEAN -> value.minus(mean);
      case RLOO ->
          value.minus(col(reward + "_sum").minus(value).divide(col(reward + "_count").minus(1)));
      case BATCH_STD -> zScore(reward, reward + "_mean", reward + "_batch_std");
      case DECOUPLED -> zScore(reward, reward + "_batch_mean", reward + "_batch_std");
    };
  }

  private Column zScore(String value, String mean, String std) {
    return col(value).minus(col(mean)).divide(col(std).plus(settings.epsilon()));
  }

  private Deviation deviation() {
    return settings.deviation();
  }

  private boolean usesBatchStatistics() {
    return settings.estimator() == Estimator.BATCH_STD
        || settings.estimator() == Estimator.DECOUPLED;
  }
}
