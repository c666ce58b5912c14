package dev.tandem.tests;

import dev.tandem.learner.PolicyStore;
import dev.tandem.policy.PassCounts;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
import java.util.SortedMap;
import org.apache.spark.BarrierTaskContext;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** Policies of which rank 1's kills its process in the middle of the first attempt of a stage. */
final class DyingPolicies implements PolicyStore {
  private static final long serialVersionUID = 1L;

  @Override
  public TrainablePolicy load(Path folder) {
    TrainablePolicy policy = PolicyStore.DEFAULT.load(folder);
    BarrierTaskContext task = BarrierTaskContext.get();
    boolean dies = task.stageAttemptNumber() == 0 && task.partitionId() == 1;
    return dies ? new Dying(policy) : policy;
  }

  @Override
  public TrainablePolicy loadAdapted(
      Path base, @Nullable Path checkpoint, LoraSettings settings, RandomKey key) {
    return PolicyStore.DEFAULT.loadAdapted(base, checkpoint, settings, key);
  }

  @Override
  public String version(Path folder) {
    return PolicyStore.DEFAULT.version(folder);
  }

  private record Dying(TrainablePolicy policy) implements TrainablePolicy {
    @Override
    public SortedMap<String, Tensor> parameters() {
      return policy.parameters();
    }

    @Override
    public Replay replay(TrajectoryGroup group) {
      Runtime.getRuntime().halt(9);
      throw new IllegalStateException("Still alive");
    }

    @Override
    public long work(TrajectoryGroup group) {
      return policy.work(group);
    }

    @Override
    public PassCounts passes() {
      return policy.passes();
    }

    @Override
    public void save(Path folder) {
      policy.save(folder);
    }

    @Override
    public void close() {
      policy.close();
    }
  }
}
