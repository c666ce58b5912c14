package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Estimates of the divergence from a reference policy, from single samples. */
public final class KlEstimate {
  private KlEstimate() {}

  /**
   * The k3 estimate of {@code KL(policy || reference)}: {@code exp(d) - d - 1} with {@code d =
   * reference - logProb}. Never negative, unbiased where the samples come from the policy (GRPO,
   * arXiv 2402.03300).
   *
   * @param logProb log-probabilities under the policy, any shape
   * @param reference those under the reference, same shape
   */
  public static Tensor k3(Tensor logProb, Tensor reference) {
    Tensor distance = reference.sub(logProb);
    return distance.exp().sub(distance).sub(new Scalar(1.0));
  }
}
