package dev.tandem.learner.update;

import dev.tandem.learner.batch.GroupSummary;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.objective.TextTotals;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the losses of a mini-batch divide by, for each stage apart: the objectives of the stages are
 * means over their own trajectories and are added, as Pair-GRPO adds its two tasks (arXiv
 * 2510.25682).
 *
 * @param text counts of the text loss by stage
 * @param images trajectories that the image loss consumes, by stage
 */
record BatchTotals(Map<String, TextTotals> text, Map<String, Long> images) {

  static BatchTotals of(List<GroupSummary> groups) {
    Map<String, TextTotals> text = new HashMap<>();
    Map<String, Long> images = new HashMap<>();
    for (GroupSummary group : groups) {
      TextTotals totals = new TextTotals(group.written(), group.tokens(), group.maxTokens());
      text.merge(group.stage(), totals, BatchTotals::sum);
      images.merge(group.stage(), (long) group.drawn(), Long::sum);
    }
    return new BatchTotals(Map.copyOf(text), Map.copyOf(images));
  }

  TextTotals text(TrainingGroup group) {
    TextTotals totals = text.get(group.stage());
    if (totals == null) {
      throw new IllegalStateException("No totals of stage " + group.stage());
    }
    return totals;
  }

  long images(TrainingGroup group) {
    return images.getOrDefault(group.stage(), 0L);
  }

  private static TextTotals sum(TextTotals a, TextTotals b) {
    return new TextTotals(
        a.trajectories() + b.trajectories(),
        a.tokens() + b.tokens(),
        Math.max(a.maxTokens(), b.maxTokens()));
  }
}
