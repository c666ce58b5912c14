package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.Judgement;
import dev.tandem.shapeworld.PromptTask;

/**
 * All that was found with one prompt.
 *
 * @param drawing how the image after a right plan was judged
 * @param planning the policy's own plans
 * @param plan the own plan after which it drew the image of {@code own}
 * @param own its reflection on that image
 * @param rendered its reflection on a rendered scene, faulty as often as demonstrations are
 */
record PromptFindings(
    PromptTask task,
    Judgement drawing,
    Planning planning,
    String plan,
    Critique own,
    Critique rendered) {}
