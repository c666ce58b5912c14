package dev.tandem.policy;

import dev.tandem.schemas.random.RandomKey;
import java.util.List;

/**
 * A model that reads text and images, writes text and draws images. A group is always computed as
 * one batch of its own shape, and every random number comes from the sample's key, so a group's
 * samples are the same on any thread, executor or retry.
 *
 * <p>Safe for use by several threads; contexts belong to one thread at a time.
 */
public interface Policy extends AutoCloseable {
  PolicyInfo info();

  /** Reads a context once; the group shares it. */
  Context encode(List<Segment> segments);

  /**
   * Samples one text per key after the context.
   *
   * @param context one row, shared by all samples
   */
  TextRollout generateText(Context context, TextSampling sampling, List<RandomKey> keys);

  /**
   * Samples one image per key.
   *
   * @param context one row shared by all samples, or one row per key
   */
  List<ImageSample> generateImages(Context context, ImageSampling sampling, List<RandomKey> keys);

  /** What was computed since this policy was loaded. */
  PassCounts passes();

  @Override
  void close();
}
