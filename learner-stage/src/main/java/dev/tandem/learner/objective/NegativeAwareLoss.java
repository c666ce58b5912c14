package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * DiffusionNFT (arXiv 2509.16117; UniRL): on {@code x_t = (1 - t) x_0 + t noise}, a finished image
 * with fresh noise, the old velocity moved towards the current one should find the image in the
 * measure of its advantage, and the old one moved away from it in the measure of the rest.
 *
 * <p>The configuration does not offer it: it needs the finished latent of every trajectory and the
 * velocities of two policies at freshly noised latents, whereas rollouts keep the stochastic steps
 * of the window alone and a replay evaluates the policy at those. It has no importance ratio, so
 * none of the anchors applies to it.
 *
 * @param beta how far the current velocity is moved in or out
 * @param advantageLimit advantages from minus to plus this become shares from 0 to 1
 * @param adaptive whether errors are divided by their mean size, which has no gradient
 */
public record NegativeAwareLoss(double beta, double advantageLimit, boolean adaptive) {
  private static final double LEAST_SIZE = 1e-5;
  private static final long[] DIMENSIONS = {1, 2};

  public NegativeAwareLoss {
    Settings.positiveAndFinite("beta", beta);
    Settings.positiveAndFinite("advantage_limit", advantageLimit);
  }

  /**
   * Images with noise and what two policies make of them.
   *
   * @param image {@code x_0}, as {@code [G, N, C]}
   * @param noisy {@code x_t}, as {@code [G, N, C]}
   * @param t flow time
   * @param velocity under the current weights, {@code [G, N, C]}
   * @param oldVelocity under the weights that sampled, {@code [G, N, C]}
   */
  public record Inputs(Tensor image, Tensor noisy, double t, Tensor velocity, Tensor oldVelocity) {}

  /**
   * The loss of every member, to be minimised.
   *
   * @param advantages {@code [G]}
   * @return {@code [G]}
   */
  public Tensor of(Inputs inputs, Tensor advantages) {
    Tensor old = inputs.oldVelocity().detach();
    Tensor change = inputs.velocity().sub(old).mul(new Scalar(beta));
    Tensor towards = error(inputs, old.add(change));
    Tensor away = error(inputs, old.sub(change));
    Tensor share = share(advantages);
    return towards
        .mul(share)
        .add(away.mul(share.neg().add(new Scalar(1.0))))
        .mul(new Scalar(advantageLimit / beta));
  }

  private Tensor share(Tensor advantages) {
    return advantages
        .clamp(
            new ScalarOptional(new Scalar(-advantageLimit)),
            new ScalarOptional(new Scalar(advantageLimit)))
        .div(new Scalar(2 * advantageLimit))
        .add(new Scalar(0.5));
  }

  /** Squared distance of the image that a velocity leads to, {@code [G]}. */
  private Tensor error(Inputs inputs, Tensor velocity) {
    Tensor distance = inputs.noisy().sub(velocity.mul(new Scalar(inputs.t()))).sub(inputs.image());
    Tensor squared = distance.square();
    if (adaptive) {
      Tensor size = distance.detach().abs().mean(DIMENSIONS, true, new ScalarTypeOptional());
      squared =
          squared.div(size.clamp(new ScalarOptional(new Scalar(LEAST_SIZE)), new ScalarOptional()));
    }
    return LatentReduction.MEAN.reduce(squared);
  }
}
