package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * UniGRPO's joint loss (arXiv 2603.23500): minus {@code J = J_text + lambda J_flow - gamma L_mse}.
 *
 * @param imageWeight {@code lambda}
 * @param velocityMseWeight {@code gamma}
 */
public record JointLoss(double imageWeight, double velocityMseWeight) {

  /** The loss of scalars that may be sums over a part of the batch. */
  public Tensor of(Tensor textObjective, Tensor flowObjective, Tensor velocityMse) {
    return velocityMse
        .mul(new Scalar(velocityMseWeight))
        .sub(textObjective)
        .sub(flowObjective.mul(new Scalar(imageWeight)));
  }
}
