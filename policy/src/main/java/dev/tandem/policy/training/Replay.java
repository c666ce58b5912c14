package dev.tandem.policy.training;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Log-probabilities and velocities of a group under the current parameters. The tensors belong to
 * the pointer scope in which the replay was made.
 *
 * @param tokenLogProbs {@code [B, T]}, 0 where padded
 * @param tokenMask {@code [B, T]}, 1 for sampled tokens and 0 for padding
 * @param velocities {@code [B, N, C]} for each stochastic step
 * @param differentiation how a loss of these values is differentiated
 */
public record Replay(
    Tensor tokenLogProbs,
    Tensor tokenMask,
    List<Tensor> velocities,
    Differentiation differentiation) {
  public Replay {
    velocities = List.copyOf(velocities);
  }

  /** Values whose graph holds all that a derivative needs. */
  public Replay(Tensor tokenLogProbs, Tensor tokenMask, List<Tensor> velocities) {
    this(tokenLogProbs, tokenMask, velocities, Differentiation.DIRECT);
  }
}
