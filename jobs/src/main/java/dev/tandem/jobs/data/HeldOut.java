package dev.tandem.jobs.data;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.geneval.Tag;

/**
 * Splits ShapeWorld's prompts in two by their text: training never sees a held-out prompt,
 * evaluation asks no other. The split is part of the data set and depends on no seed.
 */
public final class HeldOut {
  private static final RandomKey SPLIT = RandomKey.of(0).with("held-out prompts");
  private static final double SHARE = 0.25;

  private HeldOut() {}

  /** Whether the prompt is kept for evaluation. */
  public static boolean contains(String prompt) {
    return SPLIT.with(prompt).random().nextBoolean(SHARE);
  }

  /** A prompt of the template that is held out. */
  public static PromptTask drawHeldOut(Tag tag, CounterRandom random) {
    PromptTask task = PromptTask.draw(tag, random);
    while (!contains(task.prompt())) {
      task = PromptTask.draw(tag, random);
    }
    return task;
  }
}
