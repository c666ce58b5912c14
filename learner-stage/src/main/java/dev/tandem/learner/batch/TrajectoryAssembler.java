package dev.tandem.learner.batch;

import dev.tandem.policy.Segment;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Turns the rows of a group into what the policy replays, which is known before the group has
 * credit.
 *
 * @param settings how the rows were sampled
 */
record TrajectoryAssembler(BatchSettings settings) {

  /** The rows of a group by their place in it. */
  static List<RolloutRow> inOrder(List<RolloutRow> found) {
    List<RolloutRow> rows = new ArrayList<>(found);
    rows.sort(Comparator.comparingInt(RolloutRow::sampleIndex));
    return rows;
  }

  /**
   * @param rows {@link #inOrder}
   */
  TrajectoryGroup assemble(List<RolloutRow> rows) {
    return assemble(rows, rows.stream().map(RolloutRow::trajectory).toList());
  }

  /**
   * @param rows {@link #inOrder}
   * @param trajectories theirs
   */
  TrajectoryGroup assemble(List<RolloutRow> rows, List<Trajectory> trajectories) {
    RolloutRow first = rows.get(0);
    rows.forEach(row -> checkPrompt(row, first));
    return new TrajectoryGroup(
        context(first), trajectories, sampling(rows).logProbTemperature(), settings.guidance());
  }

  /** How the texts were sampled. */
  TextSampling sampling(List<RolloutRow> rows) {
    boolean hasText = rows.stream().anyMatch(row -> row.tokens().length > 0);
    RolloutRow first = rows.get(0);
    return settings.sampling(first.stage(), first.groupId(), hasText);
  }

  private static void checkPrompt(RolloutRow row, RolloutRow first) {
    if (!row.prompt().equals(first.prompt())) {
      throw new IllegalStateException(
          "Cannot train on group %s: members %d and 0 differ in their prompt"
              .formatted(row.groupId(), row.sampleIndex()));
    }
  }

  private List<Segment> context(RolloutRow row) {
    return switch (row.stage()) {
      case "understand" -> settings.systemPrompts().understand(image(row), row.prompt());
      case "reason", "generate" -> settings.systemPrompts().reason(row.prompt());
      default ->
          throw new IllegalArgumentException(
              "Cannot train on group %s: no context is known for the stage '%s'"
                  .formatted(row.groupId(), row.stage()));
    };
  }

  private static RgbImage image(RolloutRow row) {
    if (row.image() == null) {
      throw new IllegalStateException(
          "Cannot train on group %s: no image of sample %s in samples"
              .formatted(row.groupId(), row.sampleId()));
    }
    try {
      return RgbImage.decode(row.image());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot decode the image of sample " + row.sampleId(), e);
    }
  }
}
