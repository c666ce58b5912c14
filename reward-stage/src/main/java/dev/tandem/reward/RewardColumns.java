package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.when;

import dev.tandem.reward.AdvantageSettings.PartialFailure;
import dev.tandem.reward.RewardPlan.StageRewards;
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
import org.apache.spark.sql.functions;

/**
 * Brings the rewards of a rollout into one row and sums them for each modality. The first reward of
 * each stage's plan is in the first column, the second ones in the second, so that there is one
 * join for as many rewards as the stage with the most has.
 */
final class RewardColumns {
  private static final String[] KEY = {"group_id", "rollout_id", "reward"};
  private static final String[] IDENTITY = {
    "run_id", "iteration", "stage", "pair_id", "group_id", "sample_index", "rollout_id"
  };

  private final RewardPlan plan;
  private final PartialFailure partialFailure;
  private final List<String> lengths;

  /**
   * @param lengths those of {@link Modality#length} that {@link #join} adds
   */
  RewardColumns(RewardPlan plan, PartialFailure partialFailure, List<String> lengths) {
    this.plan = plan;
    this.partialFailure = partialFailure;
    this.lengths = lengths;
  }

  /** The columns that hold one reward each, null where it failed or the stage has no more. */
  List<String> names() {
    int most =
        plan.stages().values().stream().mapToInt(stage -> stage.used().size()).max().orElse(0);
    return IntStream.range(0, most).mapToObj(RewardColumns::name).toList();
  }

  private static String name(int place) {
    return "reward_" + place;
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
    Dataset<Row> joined = rollouts.select(columns);
    for (int place = 0; place < names().size(); place++) {
      joined =
          joined
              .withColumn("reward", nameAt(place))
              .join(rewardsAt(place, rewardRows), KEY, "left")
              .drop("reward");
    }
    return joined.join(pairs.select("pair_id", "weight"), new String[] {"pair_id"}, "left");
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
      Column sum = perStage(stage -> weightedSum(stage, modality));
      columns.add(when(scored, sum).as(modality.reward()));
    }
    return columns.toArray(Column[]::new);
  }

  /** The name of the reward at this place of the stage's plan; null where it has no more. */
  private Column nameAt(int place) {
    return perStage(
        stage ->
            stage.used().stream().skip(place).findFirst().map(functions::lit).orElse(lit(null)));
  }

  /** The rewards that have this place in some stage's plan; one that failed is left out. */
  private Dataset<Row> rewardsAt(int place, Dataset<Row> rewardRows) {
    Object[] names =
        plan.stages().values().stream()
            .flatMap(stage -> stage.used().stream().skip(place).limit(1))
            .distinct()
            .toArray();
    return rewardRows
        .where(col("reward").isin(names))
        .where(col("value").isNotNull().and(not(isnan(col("value")))))
        .select(col("group_id"), col("rollout_id"), col("reward"), col("value").as(name(place)));
  }

  /** Whether a modality that the stage trains has no reward. */
  private Column failed() {
    Column failed = lit(false);
    for (Modality modality : Modality.values()) {
      failed =
          failed.or(
              perStage(
                  stage ->
                      modality.terms(stage).isEmpty()
                          ? lit(false)
                          : weightedSum(stage, modality).isNull()));
    }
    return failed;
  }

  private Column perStage(Function<StageRewards, Column> value) {
    Column choice = null;
    for (Map.Entry<String, StageRewards> stage : plan.stages().entrySet()) {
      Column isThisStage = col("stage").equalTo(stage.getKey());
      Column result = value.apply(stage.getValue());
      choice = choice == null ? when(isThisStage, result) : choice.when(isThisStage, result);
    }
    Column unplanned = raise_error(concat(lit("No rewards planned for stage "), col("stage")));
    return Objects.requireNonNull(choice).otherwise(unplanned);
  }

  private Column weightedSum(StageRewards stage, Modality modality) {
    List<String> places = List.copyOf(stage.used());
    Column anyScored = lit(false);
    Column sum = null;
    for (Term term : modality.terms(stage)) {
      Column value = col(name(places.indexOf(term.reward())));
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
