package dev.tandem.policy.flow;

/**
 * A time shift that grows with the image: {@code mu} is linear in the number of latent tokens, and
 * the shift follows from mu (FLUX; diffusers' flow-match scheduler with dynamic shifting).
 *
 * @param baseTokens number of tokens at which mu is {@code baseMu}
 * @param maxTokens number of tokens at which mu is {@code maxMu}; beyond it mu grows on
 * @param form how the shift follows from mu
 */
public record DynamicShift(int baseTokens, int maxTokens, double baseMu, double maxMu, Form form) {
  /** The values of FLUX: 256 tokens are a 256 x 256 image, 4096 tokens one of 1024 x 1024. */
  public static final DynamicShift FLUX = new DynamicShift(256, 4096, 0.5, 1.15, Form.EXPONENTIAL);

  public DynamicShift {
    if (baseTokens < 1 || maxTokens <= baseTokens) {
      throw new IllegalArgumentException(
          "Invalid dynamic shift: %d to %d tokens (must be positive and ascending)"
              .formatted(baseTokens, maxTokens));
    }
  }

  /** How the shift follows from mu. */
  public enum Form {
    EXPONENTIAL {
      @Override
      public double shift(double mu) {
        return Math.exp(mu);
      }
    },
    LINEAR {
      @Override
      public double shift(double mu) {
        return mu;
      }
    };

    /** The shift of {@link FlowSchedule#steps(int, double)}. */
    public abstract double shift(double mu);
  }

  /** The value of mu for an image of so many latent tokens. */
  public double mu(int tokens) {
    return baseMu + (maxMu - baseMu) / (maxTokens - baseTokens) * (tokens - baseTokens);
  }
}
