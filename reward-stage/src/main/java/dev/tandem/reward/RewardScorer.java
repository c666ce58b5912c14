package dev.tandem.reward;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.schemas.Table;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Scores rollouts in a Spark task: joined rows in, rows of table {@code rewards} out, each with
 * {@link #OF_THE_ROLLOUT}.
 */
final class RewardScorer implements MapPartitionsFunction<Row, Row> {
  /** Columns beside those of the table: what the reward is for. */
  static final String[] OF_THE_ROLLOUT = {"stage", "tag"};

  private static final long serialVersionUID = 1L;
  private static final double NANOS_PER_MILLI = 1e6;

  private final RewardPlan plan;
  private final RewardSource source;

  RewardScorer(RewardPlan plan, RewardSource source) {
    this.plan = plan;
    this.source = source;
  }

  /** Columns of the result. */
  static StructType schema() {
    StructType schema = StructType.fromDDL(Table.REWARDS.ddl());
    for (String column : OF_THE_ROLLOUT) {
      schema = schema.add(column, DataTypes.StringType);
    }
    return schema;
  }

  /** Names of all rewards that the plan asks for. */
  static Set<String> names(RewardPlan plan) {
    Set<String> names = new LinkedHashSet<>();
    plan.stages().values().forEach(stage -> names.addAll(stage.computed()));
    return names;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rollouts) {
    List<Row> scored = new ArrayList<>();
    if (!rollouts.hasNext()) {
      return scored.iterator();
    }
    List<Reward> rewards = source.load(names(plan));
    try {
      Map<String, Reward> byName = new LinkedHashMap<>();
      rewards.forEach(reward -> byName.put(reward.name(), reward));
      while (rollouts.hasNext()) {
        Row rollout = rollouts.next();
        for (String name : planned(rollout.getAs("stage")).computed()) {
          scored.add(score(rollout, Objects.requireNonNull(byName.get(name))));
        }
      }
    } finally {
      rewards.forEach(Reward::close);
    }
    return scored.iterator();
  }

  private StageRewards planned(String stage) {
    StageRewards rewards = plan.stages().get(stage);
    if (rewards == null) {
      throw new IllegalStateException(
          "No rewards planned for stage %s (planned: %s)".formatted(stage, plan.stages().keySet()));
    }
    return rewards;
  }

  private static Row score(Row rollout, Reward reward) {
    long start = System.nanoTime();
    RewardOutcome outcome = outcome(reward, input(rollout));
    double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
    @Nullable Double value = null;
    @Nullable String failure = null;
    @Nullable String detail = null;
    if (outcome instanceof RewardOutcome.Value scored) {
      value = scored.value();
      detail = scored.detail();
    } else if (outcome instanceof RewardOutcome.Failure failed) {
      failure = failed.reason();
    }
    return RowFactory.create(
        rollout.getAs("run_id"),
        rollout.getAs("iteration"),
        rollout.getAs("rollout_id"),
        reward.name(),
        value,
        failure,
        detail,
        millis,
        1 + Optional.ofNullable(TaskContext.get()).map(TaskContext::attemptNumber).orElse(0),
        rollout.getAs("stage"),
        rollout.getAs("tag"));
  }

  /** Never throws for what a reward does wrong: that is the failure of one reward, no more. */
  static RewardOutcome outcome(Reward reward, ScoringInput input) {
    return Outcomes.of(reward, List.of(input)).get(0);
  }

  private static ScoringInput input(Row rollout) {
    List<String> options =
        rollout.isNullAt(rollout.fieldIndex("options"))
            ? List.of()
            : rollout.getList(rollout.fieldIndex("options"));
    return new ScoringInput(
        rollout.getAs("stage"),
        Optional.ofNullable(rollout.getAs("text")),
        Optional.ofNullable(rollout.getAs("image")),
        new ScoringInput.Sample(
            Optional.ofNullable(rollout.getAs("question")),
            options,
            Optional.ofNullable(rollout.getAs("answer")),
            Optional.ofNullable(rollout.getAs("tag")),
            Optional.<String>ofNullable(rollout.getAs("metadata")).orElse("{}"),
            Optional.ofNullable(rollout.getAs("sample_image"))));
  }
}
