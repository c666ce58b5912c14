package dev.tandem.reward;

/** What a reward must be given; a rollout without it fails the reward. */
public enum Need {
  /** Text that the policy wrote. */
  TEXT("the rollout has no text"),
  /** Image that the policy made. */
  IMAGE("the rollout has no image"),
  /** The sample's right answer. */
  ANSWER("the sample has no answer"),
  /** GenEval's include list in the sample's metadata. */
  METADATA("the sample's metadata has no include list"),
  /** The sample's own image. */
  REFERENCE_IMAGE("the sample has no image");

  private final String absence;

  Need(String absence) {
    this.absence = absence;
  }

  /** The failure's reason where it is missing. */
  String absence() {
    return absence;
  }
}
