package dev.tandem.reward;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The two halves of a policy that a reward can train. */
enum Modality {
  TEXT,
  IMAGE;

  /** The names of all reward columns. */
  static List<String> rewards() {
    return Arrays.stream(values()).map(Modality::reward).toList();
  }

  /** The column of the reward. */
  String reward() {
    return name().toLowerCase(Locale.ROOT) + "_reward";
  }

  /** The column of the advantage. */
  String advantage() {
    return name().toLowerCase(Locale.ROOT) + "_advantage";
  }

  /** The weighted sum that is this modality's reward. */
  List<Term> terms(StageRewards stage) {
    return switch (this) {
      case TEXT -> stage.text();
      case IMAGE -> stage.image();
    };
  }
}
