package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** How the tokens' values become one number: the weight of every token. */
public enum TextAggregation {
  /** Mean over a trajectory's tokens, then over trajectories (GRPO, UniGRPO). */
  SEQUENCE_MEAN {
    @Override
    public Tensor weights(Tensor maskGT, TextTotals totals) {
      Tensor lengths =
          maskGT
              .sum(new long[] {1}, true, new ScalarTypeOptional())
              .clamp(new ScalarOptional(new Scalar(1.0)), new ScalarOptional());
      return maskGT.div(lengths).mul(inverse(totals.trajectories()));
    }
  },
  /** Sum over a trajectory's tokens, mean over trajectories (LUSPO; verl: seq-mean-token-sum). */
  SEQUENCE_SUM {
    @Override
    public Tensor weights(Tensor maskGT, TextTotals totals) {
      return maskGT.mul(inverse(totals.trajectories()));
    }
  },
  /**
   * Sum over all tokens divided by the longest possible text, whatever the number of trajectories
   * (verl: seq-mean-token-sum-norm).
   */
  SUM_BY_LENGTH {
    @Override
    public Tensor weights(Tensor maskGT, TextTotals totals) {
      return maskGT.mul(inverse(totals.maxTokens()));
    }
  },
  /**
   * Sum over all tokens of the batch divided by their number (DAPO, R3; BNPO counts them over its
   * micro-batch).
   */
  TOKEN_MEAN {
    @Override
    public Tensor weights(Tensor maskGT, TextTotals totals) {
      return maskGT.mul(inverse(totals.tokens()));
    }
  },
  /** Sum divided by trajectories times the longest possible text (Dr. GRPO). */
  CONSTANT {
    @Override
    public Tensor weights(Tensor maskGT, TextTotals totals) {
      return maskGT.mul(inverse(totals.trajectories() * totals.maxTokens()));
    }
  };

  /**
   * The weight of each token in the batch's objective.
   *
   * @param maskGT 1 for the tokens that count, else 0, as {@code [G, T]} in floating point
   * @param totals what the batch as a whole contains
   * @return weights {@code [G, T]}, 0 where the mask is 0
   */
  public abstract Tensor weights(Tensor maskGT, TextTotals totals);

  /** One over the count; an empty batch has no weight to give. */
  private static Scalar inverse(long count) {
    return new Scalar(count == 0 ? 0.0 : 1.0 / count);
  }
}
