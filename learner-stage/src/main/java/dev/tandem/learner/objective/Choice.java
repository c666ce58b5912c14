package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Constants that depend on the element. */
final class Choice {
  private Choice() {}

  /** One constant where the condition holds, another elsewhere; shape and type of {@code like}. */
  static Tensor where(Tensor condition, double then, double otherwise, Tensor like) {
    return torch
        .full_like(like, new Scalar(then))
        .where(condition, torch.full_like(like, new Scalar(otherwise)));
  }
}
