package dev.tandem.rollout;

import dev.tandem.policy.Policy;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.TaskCompletionListener;

/** A Spark task: groups joined with their samples in, rows of table {@code rollouts} out. */
final class RolloutTask implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final RolloutRequest request;
  private final PolicyLoader loader;
  private final RolloutListener listener;
  private final DoubleAccumulator seconds;

  /**
   * @param seconds gathers what the policy took
   */
  RolloutTask(
      RolloutRequest request,
      PolicyLoader loader,
      RolloutListener listener,
      DoubleAccumulator seconds) {
    this.request = request;
    this.loader = loader;
    this.listener = listener;
    this.seconds = seconds;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> groups) {
    if (!groups.hasNext()) {
      return Collections.emptyIterator();
    }
    PolicyCache.Lease lease =
        PolicyCache.shared().lease(request.policyFolder(), request.policyVersion(), loader);
    closeWithTask(lease::close);
    RolloutListener.InTask listening = listener.begin();
    closeWithTask(listening::close);
    Policy policy = lease.policy();
    RolloutRows rows =
        new RolloutRows(request, SparkEnv.get().executorId(), policy.info().device());
    return new SampledRows(groups, group -> sample(policy, Group.of(group), rows), listening);
  }

  private static void closeWithTask(Runnable close) {
    TaskCompletionListener listener = context -> close.run();
    TaskContext.get().addTaskCompletionListener(listener);
  }

  private List<Row> sample(Policy policy, Group group, RolloutRows rows) {
    try {
      StageSampling sampling = request.sampling().get(group.stage());
      if (sampling == null) {
        throw new IllegalStateException(
            "No sampling for the stage (given: %s)".formatted(request.sampling().keySet()));
      }
      GroupSamples samples =
          GroupSamples.draw(
              policy,
              group.segments(request.systemPrompts()),
              sampling,
              group.keys(request.seed(), request.iteration()));
      seconds.add(samples.totalSeconds());
      return rows.of(group, samples);
    } catch (IOException | RuntimeException e) {
      throw new RolloutException(request, group, e);
    }
  }
}
