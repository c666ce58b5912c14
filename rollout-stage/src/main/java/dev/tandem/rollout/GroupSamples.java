package dev.tandem.rollout;

import dev.tandem.policy.Context;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.schemas.random.RandomKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a policy sampled for a group, computed as one batch.
 *
 * @param texts one a member
 * @param images one a member; empty where the stage draws none
 * @param seconds of the whole batch by phase: encode, text, image
 */
record GroupSamples(List<TextSample> texts, List<ImageSample> images, Map<String, Double> seconds) {
  private static final double NANOS_PER_SECOND = 1e9;

  /** Samples a group: its context is read once, then come all texts, then all images. */
  static GroupSamples draw(
      Policy policy, List<Segment> segments, StageSampling sampling, List<RandomKey> keys) {
    Map<String, Double> seconds = new LinkedHashMap<>();
    long start = System.nanoTime();
    try (Context context = policy.encode(segments)) {
      start = lap(seconds, "encode", start);
      try (TextRollout texts = policy.generateText(context, sampling.text(), keys)) {
        start = lap(seconds, "text", start);
        List<ImageSample> images = List.of();
        Optional<ImageSampling> imageSampling = sampling.image();
        if (imageSampling.isPresent()) {
          images = policy.generateImages(texts.context(), imageSampling.get(), keys);
          lap(seconds, "image", start);
        }
        return new GroupSamples(texts.samples(), images, seconds);
      }
    }
  }

  /** What the policy took for the group. */
  double totalSeconds() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private static long lap(Map<String, Double> seconds, String phase, long start) {
    long now = System.nanoTime();
    seconds.put(phase, (now - start) / NANOS_PER_SECOND);
    return now;
  }
}
