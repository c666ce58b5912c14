package dev.tandem.learner.objective;

import java.io.Serializable;
import org.bytedeco.pytorch.Tensor;

/**
 * How the divergence of texts from the reference policy is measured and when it counts.
 *
 * @param estimate estimate by token
 * @param straightThrough whether its gradient is that of {@link KlEstimate#K2}
 * @param ratioCorrected whether it is multiplied by the importance ratio, gradient included, so
 *     that it is one of the current policy and not of the one that sampled (DeepSeek-V3.2, arXiv
 *     2512.02556; TRL)
 * @param limit texts that are trained in one pass and whose mean over tokens is above this are
 *     trained without the penalty in this step (R3, arXiv 2602.15772: 10); infinite: never
 */
public record KlForm(
    KlEstimate estimate, boolean straightThrough, boolean ratioCorrected, double limit)
    implements Serializable {
  /** The k3 estimate as it is. */
  public static final KlForm PLAIN =
      new KlForm(KlEstimate.K3, false, false, Double.POSITIVE_INFINITY);

  public KlForm {
    Settings.positive("limit", limit);
  }

  /**
   * The estimate by token, {@code [G, T]}.
   *
   * @param reference log-probabilities under the reference, {@code [G, T]}, 0 beyond the mask
   */
  Tensor byToken(TokenRatios ratios, Tensor reference) {
    Tensor kl =
        straightThrough
            ? estimate.straightThrough(ratios.logProbs(), reference)
            : estimate.of(ratios.logProbs(), reference);
    return ratioCorrected ? kl.mul(ratios.ratio()) : kl;
  }

  /** Whether texts with these estimates {@code [G, T]} keeps its penalty. */
  boolean counts(Tensor kl, Tensor mask) {
    if (Double.isInfinite(limit)) {
      return true;
    }
    double tokens = mask.sum().item_double();
    return !(kl.detach().mul(mask).sum().item_double() > limit * tokens);
  }
}
