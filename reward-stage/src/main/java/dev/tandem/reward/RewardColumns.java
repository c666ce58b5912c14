package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.PartialFailure;
import dev.tandem.reward.RewardPlan.Term;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Brings the rewards of a rollout into one row and sums them for each modality. */
final class RewardColumns {
  private static final String[] IDENTITY = {
    "run_id", "iteration", "stage", "pair_id", "group_id", "sample_index", "rollout_id"
  };

  private final RewardPlan plan;
  private final PartialFailure partialFailure;
  private final List<String> lengths;
  private final List<String> rewards;

  /**
   * @param lengths those of {@link Modality#length} that {@link #join} adds
   */
  RewardColumns(RewardPlan plan, PartialFailure partialFailure, List<String> lengths) {
    this.plan = plan;
    this.partialFailure = partialFailure;
    this.lengths = lengths;
    this.rewards = plan.used();
  }

  /** The columns that hold one reward each, null where it failed. */
  List<String> names() {
    return IntStream.range(0, rewards.size()).mapToObj(i -> "reward_" + i).toList();
  }

  /**
   * One row per rollout: the identity, the lengths, {@code weight} of the pair, and the columns
   * {@link #names}.
   */
  Dataset<Row> join(Dataset<Row> rollouts, Dataset<Row> rewardRows, Dataset<Row> pairs) {
    Column[] columns =
        Stream.concat(
                Arrays.stream(IDENTITY).map(name -> col(name)),
                Arrays.stream(Modality.values())
                    .filter(modality -> lengths.contains(modality.length()))
                    .map(modality -> modality.lengthOfRollout().as(modality.length())))
            .toArray(Column[]::new);
    return rollouts
        .select(columns)
        .join(byRollout(rewardRows), new String[] {"rollout_id"}, "left")
        .join(pairs.select("pair_id", "weight"), new String[] {"pair_id"}, "left");
  }

  /** The columns {@link #names}, all null where the rollout counts as failed. */
  Map<String, Column> scored() {
    Column scored = not(failed());
    Map<String, Column> columns = new LinkedHashMap<>();
    names().forEach(name -> columns.put(name, when(scored, col(name))));
    return columns;
  }

  /**
   * What to select: identity, lengths, {@code pair_weight}, and for each modality the weighted sum
   * of the rewards, null where it has none or the rollout counts as failed.
   */
  Column[] sums() {
    List<Column> columns = new ArrayList<>();
    Stream.concat(Arrays.stream(IDENTITY), lengths.stream())
        .forEach(name -> columns.add(col(name)));
    Column unknownPair = raise_error(concat(lit("No such pair: "), col("pair_id"))).cast("double");
    columns.add(coalesce(col("weight"), unknownPair).as("pair_weight"));
    Column scored = not(failed());
    for (Modality modality : Modality.values()) {
      Column sum = perStage(modality, this::weightedSum);
      columns.add(when(scored, sum).as(modality.reward()));
    }
    return columns.toArray(Column[]::new);
  }

  /** One row per rollout and a column for each reward; a reward that failed is null. */
  private Dataset<Row> byRollout(Dataset<Row> rewardRows) {
    Column value = when(not(isnan(col("value"))), col("value"));
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < rewards.size(); i++) {
      Column isThisReward = col("reward").equalTo(rewards.get(i));
      columns.add(max(when(isThisReward, value)).as(names().get(i)));
    }
    return rewardRows
        .groupBy("rollout_id")
        .agg(columns.get(0), columns.subList(1, columns.size()).toArray(Column[]::new));
  }

  /** Whether a modality that the stage trains has no reward. */
  private Column failed() {
    Column failed = lit(false);
    for (Modality modality : Modality.values()) {
      failed =
          failed.or(
              perStage(
                  modality, terms -> terms.isEmpty() ? lit(false) : weightedSum(terms).isNull()));
    }
    return failed;
  }

  private Column perStage(Modality modality, Function<List<Term>, Column> value) {
    Column choice = null;
    for (Map.Entry<String, RewardPlan.StageRewards> stage : plan.stages().entrySet()) {
      Column isThisStage = col("stage").equalTo(stage.getKey());
      Column result = value.apply(modality.terms(stage.getValue()));
      choice = choice == null ? when(isThisStage, result) : choice.when(isThisStage, result);
    }
    Column unplanned = raise_error(concat(lit("No rewards planned for stage "), col("stage")));
    return Objects.requireNonNull(choice).otherwise(unplanned);
  }

  private Column weightedSum(List<Term> terms) {
    Column anyScored = lit(false);
    Column sum = null;
    for (Term term : terms) {
      Column value = col(names().get(rewards.indexOf(term.reward())));
      Column product = value.multiply(term.weight());
      if (partialFailure == PartialFailure.SUM_THE_REST) {
        product = coalesce(product, lit(0.0));
      }
      anyScored = anyScored.or(value.isNotNull());
      sum = sum == null ? product : sum.plus(product);
    }
    return sum == null ? lit(null).cast("double") : when(anyScored, sum);
  }
}
