package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Estimates of the divergence {@code KL(policy || reference)} from single samples of the policy
 * (Schulman, "Approximating KL divergence", 2020), with {@code d = reference - logProb}.
 */
public enum KlEstimate {
  /** {@code -d}: unbiased, of either sign (verl: kl). */
  K1 {
    @Override
    public Tensor of(Tensor logProb, Tensor reference) {
      return logProb.sub(reference);
    }
  },
  /** {@code d² / 2}: its gradient is an unbiased one of the divergence (verl: mse). */
  K2 {
    @Override
    public Tensor of(Tensor logProb, Tensor reference) {
      return logProb.sub(reference).square().mul(new Scalar(0.5));
    }
  },
  /** {@code exp(d) - d - 1}: never negative, unbiased (GRPO, arXiv 2402.03300). */
  K3 {
    @Override
    public Tensor of(Tensor logProb, Tensor reference) {
      return k3(reference.sub(logProb));
    }
  },
  /** {@link #K3} with d kept within 20 and the result within 10 (verl: low_var_kl). */
  K3_BOUNDED {
    @Override
    public Tensor of(Tensor logProb, Tensor reference) {
      return within(k3(within(reference.sub(logProb), 20)), 10);
    }
  },
  /** {@code |d|}. */
  ABS {
    @Override
    public Tensor of(Tensor logProb, Tensor reference) {
      return logProb.sub(reference).abs();
    }
  };

  /**
   * The estimate of every sample.
   *
   * @param logProb log-probabilities under the policy, any shape
   * @param reference those under the reference, same shape
   */
  public abstract Tensor of(Tensor logProb, Tensor reference);

  /**
   * This estimate with the gradient of {@link #K2} (verl's names that end in a plus; that code
   * stops with an error instead, this is what it documents).
   */
  public Tensor straightThrough(Tensor logProb, Tensor reference) {
    Tensor backward = K2.of(logProb, reference);
    return backward.sub(backward.detach()).add(of(logProb, reference).detach());
  }

  private static Tensor k3(Tensor distance) {
    return distance.exp().sub(distance).sub(new Scalar(1.0));
  }

  private static Tensor within(Tensor value, double limit) {
    return value.clamp(
        new ScalarOptional(new Scalar(-limit)), new ScalarOptional(new Scalar(limit)));
  }
}
