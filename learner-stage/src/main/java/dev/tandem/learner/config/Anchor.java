package dev.tandem.learner.config;

/** Where the probabilities that ratios are measured from ({@code logp_old}) come from. */
public enum Anchor {
  /** {@link #CURRENT} where a batch is used for one optimizer step, else {@link #REPLAY}. */
  AUTO,
  /** The pass's own values, detached: the ratio is exactly 1. For one optimizer step a batch. */
  CURRENT,
  /** One pass without gradient over the whole batch before the first step. */
  REPLAY,
  /**
   * The values stored when sampling. They differ from a replay by rounding. Means of flow steps are
   * not stored: RatioNorm and Flow-DPPO need the pass of {@link #REPLAY} for them.
   */
  ROLLOUT;

  /** This choice for the given number of optimizer steps a batch. */
  public Anchor resolve(int stepsPerBatch) {
    if (this == AUTO) {
      return stepsPerBatch == 1 ? CURRENT : REPLAY;
    }
    return this;
  }
}
