package dev.tandem.learner.objective;

import dev.tandem.policy.flow.SdeStep;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * One stochastic denoising step of a group: from {@code x} to {@code xNext}, drawn from the
 * Gaussian around {@code mu(velocity)} that {@code step} describes.
 *
 * @param x latents {@code [G, N, C]}
 * @param xNext latents {@code [G, N, C]}
 * @param step mean and deviation of the step
 */
public record FlowTransition(Tensor x, Tensor xNext, SdeStep step) {

  /**
   * The mean {@code mu} of the step.
   *
   * @param velocity {@code v}, as {@code [G, N, C]}
   */
  public Tensor mean(Tensor velocity) {
    return x.mul(new Scalar(step.xCoefficient()))
        .add(velocity.mul(new Scalar(step.vCoefficient())));
  }

  /**
   * Gaussian log-density of {@code xNext}, reduced over the latent's dimensions.
   *
   * @param mean {@code mu}, as {@code [G, N, C]}
   * @return {@code [G]}
   */
  public Tensor logProb(Tensor mean, LatentReduction reduction) {
    // The density is linear in the squared difference: slope and offset come from its own formula.
    Tensor byElement =
        xNext
            .sub(mean)
            .square()
            .mul(new Scalar(step.relativeLogProb(1)))
            .add(new Scalar(step.logProb(0)));
    return reduction.reduce(byElement);
  }
}
