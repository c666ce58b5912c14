package dev.tandem.learner.update;

import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A replay without gradient, in float64 on the host, that outlives the pointer scope it was made
 * in.
 *
 * @param tokenLogProbs {@code [G, T]}
 * @param velocities {@code [G, N, C]} for each stochastic step
 */
record HeldReplay(Tensor tokenLogProbs, List<Tensor> velocities) implements AutoCloseable {

  static HeldReplay of(TrainablePolicy policy, TrajectoryGroup group) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      Replay replay = policy.replay(group);
      return new HeldReplay(
          hold(replay.tokenLogProbs()),
          replay.velocities().stream().map(HeldReplay::hold).toList());
    }
  }

  @Override
  public void close() {
    tokenLogProbs.close();
    velocities.forEach(Tensor::close);
  }

  private static Tensor hold(Tensor tensor) {
    return HostTensors.of(tensor.detach()).retainReference();
  }
}
