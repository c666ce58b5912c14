package dev.tandem.shapeworld.geneval;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The detections that GenEval's rules look at, by class, most confident first. */
final class KeptDetections {
  /** Confidence that a detection must exceed. */
  private static final double THRESHOLD = 0.3;

  /** The same for counting prompts, where a doubtful detection breaks the count. */
  private static final double COUNTING_THRESHOLD = 0.9;

  private static final int MAX_OF_CLASS = 16;

  private final Map<String, List<Detection>> byClass = new HashMap<>();

  private KeptDetections() {}

  static KeptDetections of(GenEvalMetadata metadata, Collection<Detection> detections) {
    boolean counting = metadata.tag().equals(Tag.COUNTING.word());
    double threshold = counting ? COUNTING_THRESHOLD : THRESHOLD;
    KeptDetections kept = new KeptDetections();
    for (Detection detection : detections) {
      if (detection.score() > threshold) {
        kept.byClass
            .computeIfAbsent(detection.objectClass(), c -> new ArrayList<>())
            .add(detection);
      }
    }
    kept.byClass.replaceAll((objectClass, found) -> mostConfident(found));
    return kept;
  }

  /** Of equal confidence, the one found last comes first, as in the reference. */
  private static List<Detection> mostConfident(List<Detection> found) {
    List<Detection> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparingDouble(Detection::score));
    Collections.reverse(sorted);
    return List.copyOf(sorted.subList(0, Math.min(MAX_OF_CLASS, sorted.size())));
  }

  List<Detection> of(String objectClass) {
    return byClass.getOrDefault(objectClass, List.of());
  }

  Map<String, Integer> counts() {
    Map<String, Integer> counts = new HashMap<>();
    byClass.forEach((objectClass, found) -> counts.put(objectClass, found.size()));
    return counts;
  }
}
