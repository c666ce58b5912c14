package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** What an importance ratio is the ratio of. */
public enum RatioLevel {
  /** A token (GRPO, arXiv 2402.03300). */
  TOKEN {
    @Override
    Tensor logRatio(Tensor byToken, Tensor logProbs, Tensor mask) {
      return byToken;
    }
  },
  /** A sequence: the geometric mean of its tokens' ratios (GSPO, arXiv 2507.18071; TRL). */
  SEQUENCE {
    @Override
    Tensor logRatio(Tensor byToken, Tensor logProbs, Tensor mask) {
      return sequenceMean(byToken, mask);
    }
  },
  /**
   * The value of {@link #SEQUENCE} with a gradient through each token alone (GSPO-token, as in
   * verl): {@code sg[s] pi / sg[pi]}, its logarithm at most 10.
   */
  SEQUENCE_TOKEN {
    @Override
    Tensor logRatio(Tensor byToken, Tensor logProbs, Tensor mask) {
      return logProbs
          .sub(logProbs.detach())
          .add(sequenceMean(byToken, mask).detach())
          .clamp(new ScalarOptional(), new ScalarOptional(new Scalar(MOST_LOG_RATIO)));
    }
  };

  /** verl's guard against an overflow. */
  private static final double MOST_LOG_RATIO = 10;

  private static final long[] TOKENS = {1};

  /**
   * The log-ratio at this level, {@code [G, T]} or {@code [G, 1]}.
   *
   * @param byToken {@code log r} of every token, {@code [G, T]}
   * @param logProbs log-probabilities under the current weights, {@code [G, T]}
   * @param mask 1 for tokens that count, else 0, as {@code [G, T]}
   */
  abstract Tensor logRatio(Tensor byToken, Tensor logProbs, Tensor mask);

  /** Mean over the tokens that count, {@code [G, 1]}; 0 for an empty text. */
  static Tensor sequenceMean(Tensor valuesGT, Tensor maskGT) {
    return sum(valuesGT.mul(maskGT)).div(atLeastOne(sum(maskGT)));
  }

  /** Sum over the tokens, {@code [G, 1]}. */
  static Tensor sum(Tensor valuesGT) {
    return valuesGT.sum(TOKENS, true, new ScalarTypeOptional());
  }

  static Tensor atLeastOne(Tensor counts) {
    return counts.clamp(new ScalarOptional(new Scalar(1.0)), new ScalarOptional());
  }
}
