package dev.tandem.bench;

import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.List;

/** The work that is timed; {@code theirs.py} repeats these numbers. */
final class Workload {
  static final int BATCH = 32;

  /** Columns of text that decoding computes: the start token and the sampled ones. */
  static final int TEXT = 48;

  /** Twelve tokens with their frame. */
  static final List<Segment> PROMPT =
      Prompts.reason("a photo of two red circles and a blue square");

  static final TextSampling SAMPLING = TextSampling.atTemperature(1, TEXT);
  static final ImageSampling IMAGES = ImageSampling.ode(16, 3);

  /** Flow times of the velocity passes of a training step. */
  static final List<Double> TRAINED_TIMES = List.of(0.9, 0.7, 0.5);

  private Workload() {}

  /** One key for each sample of a batch. */
  static List<RandomKey> keys(long seed) {
    List<RandomKey> keys = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      keys.add(RandomKey.of(seed).with(i));
    }
    return keys;
  }
}
