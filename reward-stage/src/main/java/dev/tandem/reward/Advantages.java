package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.Degenerate;
import dev.tandem.schemas.Table;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
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
 * <p>A failed rollout is left out of all statistics and has no advantage. {@link Degenerate} says
 * what becomes of a group with fewer than two scored members, or with equal rewards. The pair's
 * weight is multiplied after normalisation (PairUni, arXiv 2510.25682).
 */
public final class Advantages {
  private static final int SMALLEST_GROUP = 2;
  private static final Column[] BATCH_COLUMNS =
      Table.BATCHES.columns().stream().map(column -> col(column.name())).toArray(Column[]::new);

  private final RewardPlan plan;
  private final AdvantageSettings settings;
  private final Estimator estimator;

  public Advantages(RewardPlan plan, AdvantageSettings settings) {
    this.plan = plan;
    this.settings = settings;
    this.estimator = settings.estimator();
  }

  /**
   * Computes the rows of {@code batches}, one per rollout.
   *
   * @param rollouts rollouts of any runs and iterations, all of stages that the plan names
   * @param rewards their rewards; a reward that is missing, null or NaN has failed
   * @param pairs the pairs of the rollouts; a rollout without its pair fails the query
   */
  public Dataset<Row> compute(Dataset<Row> rollouts, Dataset<Row> rewards, Dataset<Row> pairs) {
    RewardColumns columns = new RewardColumns(plan, settings.partialFailure(), lengths());
    Dataset<Row> scored = columns.join(rollouts, rewards, pairs);
    if (estimator == Estimator.DECOUPLED) {
      scored = normalizeWithinGroups(scored, columns.names());
    }
    return batches(columns.combine(scored));
  }

  /** Replaces each reward by its z-score within the group; 0 where all members have the same. */
  private Dataset<Row> normalizeWithinGroups(Dataset<Row> scored, List<String> rewards) {
    Dataset<Row> members =
        GroupTable.of(scored, rewards, List.of(), settings.deviation()).members();
    Map<String, Column> normalized = new LinkedHashMap<>();
    for (String reward : rewards) {
      Column score =
          new AdvantageFormula(settings, reward)
              .over(col(reward).minus(col(reward + "_mean")), col(reward + "_std"));
      normalized.put(
          reward,
          when(col(reward).isNotNull(), when(col(reward + "_varies"), score).otherwise(0.0)));
    }
    return members.withColumns(normalized);
  }

  private Dataset<Row> batches(Dataset<Row> rewarded) {
    GroupTable groups = groups(rewarded);
    Column reward = coalesce(col("text_reward"), col("image_reward"));
    Column size = greatest(col("text_reward_count"), col("image_reward_count"));
    Column varies = col("text_reward_varies").or(col("image_reward_varies"));
    Column dropReason =
        when(reward.isNull(), "reward_failed")
            .when(tooFew(), "group_too_small")
            .when(lit(settings.dynamicFilter()).and(varies.equalTo(false)), "degenerate_group");
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("group_mean", coalesce(col("text_reward_mean"), col("image_reward_mean")));
    columns.put("group_std", coalesce(col("text_reward_std"), col("image_reward_std")));
    columns.put("group_size", size);
    for (Modality modality : Modality.values()) {
      columns.put(modality.advantage(), formula(modality).advantage().multiply(col("pair_weight")));
    }
    columns.put("drop_reason", dropReason);
    columns.put("kept", dropReason.isNull());
    return groups.members().withColumns(columns).select(BATCH_COLUMNS);
  }

  /** The groups with all statistics that the estimator looks at. */
  private GroupTable groups(Dataset<Row> rewarded) {
    GroupTable groups =
        GroupTable.of(rewarded, Modality.rewards(), lengths(), settings.deviation());
    if (settings.trim() > 0) {
      groups = groups.withTrimmed(settings.trim());
    }
    if (estimator == Estimator.BEST_WORST) {
      groups = groups.withExtremes();
    }
    if (estimator.usesBatch()) {
      groups = groups.withBatchStatistics();
    }
    if (estimator.usesLengths()) {
      groups = groups.withTokens(byReward(Modality::length), byReward(this::center));
    }
    return estimator.whitens() ? groups.withBatchTokenStatistics() : groups;
  }

  private Column center(Modality modality) {
    return estimator == Estimator.REINFORCE_PP_BASELINE ? formula(modality).groupMean() : lit(0.0);
  }

  private Column tooFew() {
    Column compared =
        greatest(
            Arrays.stream(Modality.values())
                .map(modality -> formula(modality).compared())
                .toArray(Column[]::new));
    return settings.degenerate() == Degenerate.ZERO ? compared.lt(SMALLEST_GROUP) : lit(false);
  }

  private AdvantageFormula formula(Modality modality) {
    return new AdvantageFormula(settings, modality.reward());
  }

  private List<String> lengths() {
    return estimator.usesLengths()
        ? Arrays.stream(Modality.values()).map(Modality::length).toList()
        : List.of();
  }

  private static <T> Map<String, T> byReward(Function<Modality, T> value) {
    return Arrays.stream(Modality.values()).collect(Collectors.toMap(Modality::reward, value));
  }
}
