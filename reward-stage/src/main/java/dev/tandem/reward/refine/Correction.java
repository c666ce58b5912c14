package dev.tandem.reward.refine;

import dev.tandem.reward.ThinkFormat;

/** How R3 rewards a reflection and the edit that it asked for. */
public final class Correction {
  private static final double PERFECT = 1;

  private Correction() {}

  /**
   * C = after - before; 1 where the image was perfect and the instruction says so.
   *
   * @param before verifier's score of the image that was looked at
   * @param after verifier's score of the edited image
   */
  public static double of(double before, double after, String instruction) {
    return before == PERFECT && ThinkFormat.isNoFurtherEdit(instruction) ? 1 : after - before;
  }

  /** What the image's advantage is multiplied by: 0 where no edit was asked for, else 1. */
  public static int imageWeight(String instruction) {
    return ThinkFormat.isNoFurtherEdit(instruction) ? 0 : 1;
  }

  /** Whether the rollout buffer counts an image of this score as perfect. */
  public static boolean isPerfect(double score) {
    return score == PERFECT;
  }
}
