package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * UniGRPO's joint loss (arXiv 2603.23500): minus {@code J = w J_text + lambda J_flow - penalty},
 * where UniGRPO's penalty is {@code gamma L_mse} and its {@code w} is 1.
 *
 * @param textWeight {@code w}
 * @param imageWeight {@code lambda}
 */
public record JointLoss(double textWeight, double imageWeight) {

  /**
   * The loss of scalars that may be sums over a part of the batch.
   *
   * @param penalty the image's regularisers, weighted
   */
  public Tensor of(Tensor textObjective, Tensor flowObjective, Tensor penalty) {
    return penalty
        .sub(textObjective.mul(new Scalar(textWeight)))
        .sub(flowObjective.mul(new Scalar(imageWeight)));
  }
}
