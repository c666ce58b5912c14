package dev.tandem.learner;

import dev.tandem.learner.batch.BatchReader;
import dev.tandem.learner.batch.Credit;
import dev.tandem.learner.batch.GroupSummary;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.parallel.MeetingPoint;
import dev.tandem.learner.update.MiniBatches;
import dev.tandem.learner.update.RolloutMismatchException;
import dev.tandem.schemas.UserError;
import java.util.List;
import java.util.Map;
import org.apache.spark.HashPartitioner;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * An update by several ranks: a barrier stage of Spark with one task a rank, which all run at the
 * same time or not at all. A rank that fails or dies fails the stage; Spark starts all ranks again,
 * and they begin with the checkpoint that the update began with.
 */
final class BarrierUpdate {
  private final BatchReader batches;
  private final LearnerConfig config;
  private final SparkContext spark;

  BarrierUpdate(BatchReader batches, LearnerConfig config, SparkContext spark) {
    this.batches = batches;
    this.config = config;
    this.spark = spark;
  }

  /**
   * Makes the update.
   *
   * @throws RolloutMismatchException if the rollouts are not what the policy samples
   */
  Updated run(RankUpdate update) {
    requireSlots();
    UpdateRequest request = update.request();
    Map<String, Credit> credit = batches.credit(request.runId(), request.iteration());
    List<GroupSummary> groups =
        batches.groups(request.runId(), request.iteration(), credit, request.sampling());
    List<List<GroupSummary>> firstEpoch =
        MiniBatches.split(
            groups.stream().filter(GroupSummary::isTrained).toList(),
            config.miniBatches(),
            update.key().with(0));
    Map<String, Integer> shares = WorkShares.of(firstEpoch, config.ranks());
    try (MeetingPoint.Open meeting = MeetingPoint.open(spark.getConf().get("spark.driver.host"))) {
      RankTask task = new RankTask(update, groups, credit, shares, meeting.point());
      JavaRDD<byte[]> rows =
          batches.shares(request.runId(), request.iteration(), shares, config.ranks());
      return updated(outcomes(rows, task));
    }
  }

  /**
   * The outcomes go through a shuffle on purpose: Spark starts a barrier stage again only if its
   * results go to another stage and not to the driver.
   */
  private static List<RankOutcome> outcomes(JavaRDD<byte[]> rows, RankTask task) {
    ClassTag<RankOutcome> tag = ClassTag$.MODULE$.apply(RankOutcome.class);
    RDD<RankOutcome> outcomes = rows.rdd().barrier().mapPartitions(task, false, tag);
    return outcomes
        .toJavaRDD()
        .mapToPair(outcome -> new Tuple2<>(0, outcome))
        .partitionBy(new HashPartitioner(1))
        .values()
        .collect();
  }

  private static Updated updated(List<RankOutcome> outcomes) {
    RankOutcome any = outcomes.get(0);
    if (any.mismatch() != null) {
      throw any.mismatch();
    }
    if (any.updated() == null) {
      throw new IllegalStateException("A rank has no outcome");
    }
    return any.updated();
  }

  /** A cluster may still grow; a single process never will, and Spark would wait for it. */
  private void requireSlots() {
    if (spark.isLocal() && spark.defaultParallelism() < config.ranks()) {
      throw new UserError(
          "Cannot update with learner.ranks=%d: Spark runs in one process with %d threads (%s), and each rank needs one. Lower learner.ranks, or run on a cluster."
              .formatted(config.ranks(), spark.defaultParallelism(), spark.master()));
    }
  }
}
