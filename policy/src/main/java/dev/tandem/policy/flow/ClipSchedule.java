package dev.tandem.policy.flow;

/** How the clip range of the ratios changes over a run (UniRL). */
public enum ClipSchedule {
  CONSTANT {
    @Override
    double factor(double progress) {
      return 1;
    }
  },
  /** Down to half of the range. */
  LINEAR_DECAY {
    @Override
    double factor(double progress) {
      return 1 - 0.5 * progress;
    }
  },
  /** Down to 0 along half a cosine wave. */
  COSINE_DECAY {
    @Override
    double factor(double progress) {
      return 0.5 * (1 + Math.cos(Math.PI * progress));
    }
  };

  abstract double factor(double progress);

  /**
   * The clip range at a point of the run.
   *
   * @param clipRange range at the start
   * @param progress share of the run that is done, from 0 to 1
   */
  public double at(double clipRange, double progress) {
    if (!(progress >= 0 && progress <= 1)) {
      throw new IllegalArgumentException("Invalid progress: " + progress + " (must be in [0, 1])");
    }
    return clipRange * factor(progress);
  }
}
