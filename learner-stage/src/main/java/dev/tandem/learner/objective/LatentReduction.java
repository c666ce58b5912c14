package dev.tandem.learner.objective;

import org.bytedeco.pytorch.Tensor;

/** How the dimensions of a latent become one number per member. */
public enum LatentReduction {
  /** Average, as in the reference implementations. */
  MEAN {
    @Override
    public Tensor reduce(Tensor valueGNC) {
      return valueGNC.mean(1, 2);
    }
  },
  /**
   * Sum, as the papers write it: the log-density of the whole latent. The configuration does not
   * offer it: rollouts store the average, and a stored value would not be comparable with a replay.
   */
  SUM {
    @Override
    public Tensor reduce(Tensor valueGNC) {
      return valueGNC.sum(1, 2);
    }
  };

  /** Reduces {@code [G, N, C]} to {@code [G]}. */
  public abstract Tensor reduce(Tensor valueGNC);
}
