package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.greatest;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
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
 * <p>Only SQL expressions are used, and of them such as the RAPIDS Accelerator runs on a GPU. Every
 * sum runs over a window in a fixed order: members by sample index, groups by pair. So equal
 * rewards give equal bits, however the rows are partitioned.
 *
 * <p>A failed rollout is left out of all statistics and has no advantage. {@link Degenerate} says
 * what becomes of a group with fewer than two scored members, or with equal rewards. The pair's
 * weight is multiplied after normalisation (PairUni, arXiv 2510.25682).
 */
public final class Advantages {
  private static final int SMALLEST_GROUP = 2;

  private final RewardPlan plan;
  private final AdvantageSettings settings;
  private final Estimator estimator;

  /** The modalities with statistics of their own; the image uses the text's if it has none. */
  private final List<Modality> compared;

  public Advantages(RewardPlan plan, AdvantageSettings settings) {
    this.plan = plan;
    this.settings = settings;
    this.estimator = settings.estimator();
    boolean shared = plan.imageSharesTextReward() && !estimator.usesLengths();
    this.compared = shared ? List.of(Modality.TEXT) : List.of(Modality.values());
  }

  /**
   * Computes the rows of {@code batches}, one per rollout. Rollouts and rewards are shuffled once,
   * by group: there they meet each other and the rest of their group.
   *
   * @param rollouts rollouts of any runs and iterations, all of stages that the plan names
   * @param rewards their rewards; a reward that is missing, null or NaN has failed
   * @param pairs the pairs of the rollouts; a rollout without its pair fails the query
   */
  public Dataset<Row> compute(Dataset<Row> rollouts, Dataset<Row> rewards, Dataset<Row> pairs) {
    return batches(
        rollouts.repartition(col("group_id")), rewards.repartition(col("group_id")), pairs);
  }

  /**
   * As {@link #compute}, in one task: without a shuffle and, for its joins, without a broadcast.
   * For so few rows that starting tasks costs more than what they do.
   */
  public Dataset<Row> computeInOneTask(
      Dataset<Row> rollouts, Dataset<Row> rewards, Dataset<Row> pairs) {
    return batches(
        rollouts.coalesce(1),
        rewards.coalesce(1).hint("shuffle_hash"),
        pairs.coalesce(1).hint("shuffle_hash"));
  }

  private Dataset<Row> batches(Dataset<Row> rollouts, Dataset<Row> rewards, Dataset<Row> pairs) {
    RewardColumns columns = new RewardColumns(plan, settings.partialFailure(), lengths());
    Dataset<Row> scored = columns.join(rollouts, rewards, pairs);
    if (estimator == Estimator.DECOUPLED) {
      scored = normalizeWithinGroups(scored.withColumns(columns.scored()), columns.names());
    }
    return statistics().addTo(scored.select(columns.sums())).select(batchColumns());
  }

  /** Replaces each reward by its z-score within the group; 0 where all members have the same. */
  private Dataset<Row> normalizeWithinGroups(Dataset<Row> scored, List<String> rewards) {
    Map<String, Column> normalized = new LinkedHashMap<>();
    for (String reward : rewards) {
      Moments group = new Moments(reward);
      Column score =
          new AdvantageFormula(settings, reward)
              .over(col(reward).minus(group.mean()), group.std(settings.deviation()));
      normalized.put(
          reward, when(col(reward).isNotNull(), when(group.varies(), score).otherwise(0.0)));
    }
    return GroupStatistics.of(rewards).addTo(scored).withColumns(normalized);
  }

  /** The columns of table {@code batches}, in its order. */
  private Column[] batchColumns() {
    Column dropReason =
        when(coalesce(col("text_reward"), col("image_reward")).isNull(), "reward_failed")
            .when(tooFew(), "group_too_small")
            .when(lit(settings.dynamicFilter()).and(not(varies())), "degenerate_group");
    Map<String, Column> computed = new LinkedHashMap<>();
    computed.put("group_mean", first(Moments::mean));
    computed.put("group_std", first(group -> group.std(settings.deviation())));
    computed.put("group_size", most(modality -> moments(modality).count()).cast("int"));
    for (Modality modality : Modality.values()) {
      Column weighted = advantage(modality).multiply(col("pair_weight"));
      computed.put(modality.advantage(), weighted);
    }
    computed.put("drop_reason", dropReason);
    computed.put("kept", dropReason.isNull());
    return Table.BATCHES.columns().stream()
        .map(column -> column.name())
        .map(name -> computed.getOrDefault(name, col(name)).as(name))
        .toArray(Column[]::new);
  }

  /** All statistics that the estimator looks at. */
  private GroupStatistics statistics() {
    GroupStatistics statistics =
        GroupStatistics.of(compared.stream().map(Modality::reward).toList());
    if (settings.trim() > 0) {
      statistics.addTrimmed(settings.trim());
    }
    if (estimator == Estimator.BEST_WORST) {
      statistics.addExtremes();
    }
    if (estimator.usesBatch()) {
      statistics.addBatch();
    }
    if (estimator.usesLengths()) {
      statistics.addTokens(byReward(Modality::length), byReward(this::center));
    }
    if (estimator.whitens()) {
      statistics.addTokenBatch();
    }
    return statistics;
  }

  private Column center(Modality modality) {
    return estimator == Estimator.REINFORCE_PP_BASELINE ? formula(modality).groupMean() : lit(0.0);
  }

  private Column advantage(Modality modality) {
    return compared.contains(modality)
        ? formula(modality).advantage()
        : when(col(modality.reward()).isNotNull(), formula(Modality.TEXT).advantage());
  }

  private Column tooFew() {
    return settings.degenerate() == Degenerate.ZERO
        ? most(modality -> formula(modality).compared()).lt(SMALLEST_GROUP)
        : lit(false);
  }

  private Column varies() {
    return compared.stream()
        .map(modality -> moments(modality).varies())
        .reduce(Column::or)
        .orElseThrow();
  }

  /** The statistic of the first modality that has one. */
  private Column first(Function<Moments, Column> statistic) {
    return coalesce(
        compared.stream()
            .map(modality -> statistic.apply(moments(modality)))
            .toArray(Column[]::new));
  }

  /** The greatest of the modalities' counts. */
  private Column most(Function<Modality, Column> count) {
    return compared.stream().map(count).reduce((one, other) -> greatest(one, other)).orElseThrow();
  }

  private static Moments moments(Modality modality) {
    return new Moments(modality.reward());
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
