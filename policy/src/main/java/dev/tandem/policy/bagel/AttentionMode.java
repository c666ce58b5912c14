package dev.tandem.policy.bagel;

/** How the tokens of a split see each other and are seen. */
enum AttentionMode {
  /** Each token sees those before it: text. */
  CAUSAL,
  /** All tokens of the split see each other: an image. */
  FULL,
  /** As full, and no other split sees them: a noisy latent. */
  NOISE;

  /**
   * Whether a query sees a key of the same document.
   *
   * @param sameSplit whether both are in one split
   * @param keyMode mode of the key's split
   * @param notAfter whether the key stands at or before the query
   */
  static boolean visible(boolean sameSplit, AttentionMode keyMode, boolean notAfter) {
    return sameSplit ? keyMode != CAUSAL || notAfter : keyMode != NOISE && notAfter;
  }
}
