package dev.tandem.learner.batch;

import dev.tandem.policy.Prompts;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Turns the rows of a group into the group; fails where they are not what was sampled. */
final class GroupAssembler {
  private final BatchSettings settings;
  private final Map<String, Credit> credit;

  /**
   * @param credit by rollout
   */
  GroupAssembler(BatchSettings settings, Map<String, Credit> credit) {
    this.settings = settings;
    this.credit = Map.copyOf(credit);
  }

  /**
   * Decodes a group.
   *
   * @param group what was said of it
   * @param found its rows in any order
   */
  TrainingGroup assemble(GroupSummary group, List<RolloutRow> found) {
    if (found.size() != group.size()) {
      throw new IllegalStateException(
          "Cannot train on group %s: found %d rows, expected %d"
              .formatted(group.groupId(), found.size(), group.size()));
    }
    List<RolloutRow> rows = new ArrayList<>(found);
    rows.sort(Comparator.comparingInt(RolloutRow::sampleIndex));
    RolloutRow first = rows.get(0);
    rows.forEach(row -> checkPrompt(row, first));
    List<Member> members = rows.stream().map(this::member).toList();
    boolean hasText = rows.stream().anyMatch(row -> row.tokens().length > 0);
    TextSampling sampling = settings.sampling(first.stage(), first.groupId(), hasText);
    TrajectoryGroup trajectories =
        new TrajectoryGroup(
            context(first),
            members.stream().map(Member::trajectory).toList(),
            sampling.logProbTemperature(),
            settings.guidance());
    return new TrainingGroup(
        group.groupId(),
        group.stage(),
        group.pairId(),
        trajectories,
        members,
        sampling.maxTokens());
  }

  private Member member(RolloutRow row) {
    return row.toMember(
        Objects.requireNonNull(credit.get(row.rolloutId()), () -> "No credit " + row.rolloutId()));
  }

  private static void checkPrompt(RolloutRow row, RolloutRow first) {
    if (!row.prompt().equals(first.prompt())) {
      throw new IllegalStateException(
          "Cannot train on group %s: members %d and 0 differ in their prompt"
              .formatted(row.groupId(), row.sampleIndex()));
    }
  }

  private static List<Segment> context(RolloutRow row) {
    return switch (row.stage()) {
      case "understand" -> Prompts.understand(image(row), row.prompt());
      case "reason", "generate" -> Prompts.reason(row.prompt());
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
