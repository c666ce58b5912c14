package dev.tandem.learner.batch;

import dev.tandem.policy.training.Trajectory;
import org.jspecify.annotations.Nullable;

/**
 * One trajectory of a group with its credit.
 *
 * @param sampleIndex place in the group, from 0
 * @param trajectory what was sampled
 * @param tokenLogProbs log-probability of each token, stored when it was sampled
 * @param textAdvantage times pair weight; null: the text loss does not consume the trajectory
 * @param imageAdvantage times pair weight; null: the image loss does not consume the trajectory
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers; never compared
public record Member(
    int sampleIndex,
    Trajectory trajectory,
    float[] tokenLogProbs,
    @Nullable Double textAdvantage,
    @Nullable Double imageAdvantage) {
  public Member {
    if (tokenLogProbs.length != trajectory.tokens().length) {
      throw new IllegalArgumentException(
          "Invalid member %d: %d log-probabilities for %d tokens"
              .formatted(sampleIndex, tokenLogProbs.length, trajectory.tokens().length));
    }
    checkFinite(sampleIndex, "text", textAdvantage);
    checkFinite(sampleIndex, "image", imageAdvantage);
  }

  /** Whether the image loss consumes the trajectory: it has an advantage and stochastic steps. */
  public boolean inImageLoss() {
    return imageAdvantage != null && !trajectory.steps().isEmpty();
  }

  /** Whether the text loss consumes the trajectory; its text may be empty. */
  public boolean inTextLoss() {
    return textAdvantage != null;
  }

  private static void checkFinite(int sampleIndex, String side, @Nullable Double advantage) {
    if (advantage != null && !Double.isFinite(advantage)) {
      throw new IllegalArgumentException(
          "Invalid %s advantage of member %d: %s (must be finite)"
              .formatted(side, sampleIndex, advantage));
    }
  }
}
