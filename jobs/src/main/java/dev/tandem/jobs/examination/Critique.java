package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.Judgement;
import dev.tandem.reward.ThinkFormat;
import dev.tandem.schemas.image.RgbImage;

/**
 * A policy's reflection on an image that was made for a prompt, and the image that came of it.
 *
 * @param before the image
 * @param truth how it was judged
 * @param reflection text that the policy wrote about it
 * @param after the edited image; the same one where the policy left it alone
 * @param outcome how that was judged
 */
record Critique(
    RgbImage before, Judgement truth, String reflection, RgbImage after, Judgement outcome) {

  /** Whether the reflection says that no edit is needed. */
  static boolean leavesAlone(String reflection) {
    return ThinkFormat.isNoFurtherEdit(ThinkFormat.editInstruction(reflection));
  }

  boolean leftAlone() {
    return leavesAlone(reflection);
  }

  boolean wasRight() {
    return truth.strict();
  }

  boolean isRight() {
    return outcome.strict();
  }

  /** Whether the text is a thought followed by an instruction. */
  boolean wellFormed() {
    return ThinkFormat.isThoughtThenAction(reflection);
  }
}
