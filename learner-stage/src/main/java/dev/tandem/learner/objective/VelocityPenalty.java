package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Tensor;

/**
 * UniGRPO's regulariser (arXiv 2603.23500): the squared distance of the velocity from the reference
 * policy's, unweighted over time.
 */
public final class VelocityPenalty {
  private VelocityPenalty() {}

  /**
   * Mean over the latent's dimensions of {@code (v - v_ref)^2}.
   *
   * @param velocity {@code v}, as {@code [G, N, C]}
   * @param reference {@code v_ref}, as {@code [G, N, C]}
   * @return {@code [G]}
   */
  public static Tensor meanSquaredError(Tensor velocity, Tensor reference) {
    return LatentReduction.MEAN.reduce(velocity.sub(reference).square());
  }
}
