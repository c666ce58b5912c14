package dev.tandem.learner;

import dev.tandem.learner.batch.Credit;
import dev.tandem.learner.batch.GroupSummary;
import dev.tandem.learner.batch.SpooledBatch;
import dev.tandem.learner.batch.TrainingBatch;
import dev.tandem.learner.parallel.C10dRanks;
import dev.tandem.learner.parallel.C10dRanks.Seat;
import dev.tandem.learner.parallel.MeetingPoint;
import dev.tandem.learner.parallel.Ranks;
import dev.tandem.learner.update.RolloutMismatchException;
import dev.tandem.policy.Torch;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.BarrierTaskContext;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** A task of the barrier stage: one rank, with the rows of its groups as its partition. */
final class RankTask extends AbstractFunction1<Iterator<byte[]>, Iterator<RankOutcome>>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final RankUpdate update;
  private final List<GroupSummary> groups;
  private final HashMap<String, Credit> credit;
  private final HashMap<String, Integer> shares;
  private final MeetingPoint meetingPoint;

  /**
   * @param groups all groups of the iteration
   * @param credit by rollout
   * @param shares rank by group
   */
  RankTask(
      RankUpdate update,
      List<GroupSummary> groups,
      Map<String, Credit> credit,
      Map<String, Integer> shares,
      MeetingPoint meetingPoint) {
    this.update = update;
    this.groups = List.copyOf(groups);
    this.credit = new HashMap<>(credit);
    this.shares = new HashMap<>(shares);
    this.meetingPoint = meetingPoint;
  }

  @Override
  public Iterator<RankOutcome> apply(Iterator<byte[]> rows) {
    Torch.use();
    BarrierTaskContext context = BarrierTaskContext.get();
    try (TrainingBatch batch =
            SpooledBatch.share(
                CollectionConverters.asJava(rows),
                groups,
                groupsOf(context.partitionId()),
                credit,
                update.request().sampling());
        Ranks ranks =
            C10dRanks.join(
                meetingPoint,
                seat(context),
                update.config().rankTimeouts(),
                context::isInterrupted)) {
      return CollectionConverters.asScala(List.of(run(batch, ranks)).iterator());
    }
  }

  private RankOutcome run(TrainingBatch batch, Ranks ranks) {
    try {
      return new RankOutcome(update.run(batch, ranks), null);
    } catch (RolloutMismatchException e) {
      return new RankOutcome(null, e);
    }
  }

  private Set<String> groupsOf(int rank) {
    return shares.entrySet().stream()
        .filter(share -> share.getValue() == rank)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Spark starts all tasks of a failed stage again under the next attempt's number. */
  private Seat seat(BarrierTaskContext context) {
    int rank = context.partitionId();
    String address = context.getTaskInfos()[rank].address();
    return new Seat(
        rank,
        context.getTaskInfos().length,
        "attempt-" + context.stageAttemptNumber(),
        address.substring(0, address.lastIndexOf(':')),
        update.policies().transport());
  }
}
