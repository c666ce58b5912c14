package dev.tandem.reward;

/** What a reward must be given; a rollout without it fails the reward. */
public enum Need {
  /** What the policy was asked for. */
  PROMPT("the rollout has no prompt"),

  /** Text that the policy wrote. */
  TEXT("the rollout has no text"),
  /** The length of that text in tokens. */
  TOKENS("the rollout has no text tokens"),

  /** Image that the policy made. */
  IMAGE("the rollout has no image"),
  /** The sample's right answer. */
  ANSWER("the sample has no answer"),
  /** GenEval's include list in the sample's metadata. */
  METADATA("the sample's metadata has no include list"),
  /** Yes-or-no questions with answers in the sample's metadata. */
  QUESTIONS("the sample's metadata has no yes-or-no questions with an answer each"),

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
