package dev.tandem.reward;

import java.io.Serializable;

/**
 * Settings of the reward stage.
 *
 * @param plan which rewards feed which loss
 * @param advantages how rewards become advantages
 * @param maxFailedShare the largest share of failed rewards, in [0, 1], with which a run goes on
 * @param source makes the rewards
 */
public record RewardSettings(
    RewardPlan plan, AdvantageSettings advantages, double maxFailedShare, RewardSource source)
    implements Serializable {
  /** The share of failures that is tolerated unless the configuration says otherwise. */
  public static final double DEFAULT_MAX_FAILED_SHARE = 0.05;

  /** Settings for rewards that need none of their own. */
  public RewardSettings(RewardPlan plan, AdvantageSettings advantages, double maxFailedShare) {
    this(plan, advantages, maxFailedShare, Rewards::load);
  }

  public RewardSettings {
    if (!(maxFailedShare >= 0 && maxFailedShare <= 1)) {
      throw new IllegalArgumentException(
          "Invalid max_failed_share: %s (must be in [0, 1])".formatted(maxFailedShare));
    }
  }
}
