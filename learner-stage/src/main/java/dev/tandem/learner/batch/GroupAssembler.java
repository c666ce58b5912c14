package dev.tandem.learner.batch;

import dev.tandem.policy.Guidance;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns rows into groups; fails where a group is not what was sampled. */
final class GroupAssembler {
  private static final Comparator<RolloutRow> BY_INDEX =
      Comparator.comparingInt(RolloutRow::sampleIndex);

  private final Map<String, TextSampling> textSampling;
  private final Guidance guidance;
  private final Map<String, byte[]> images;

  /**
   * @param textSampling how texts were sampled, by stage
   * @param guidance that images were drawn with
   * @param images encoded images by sample
   */
  GroupAssembler(
      Map<String, TextSampling> textSampling, Guidance guidance, Map<String, byte[]> images) {
    this.textSampling = Map.copyOf(textSampling);
    this.guidance = guidance;
    this.images = Map.copyOf(images);
  }

  List<TrainingGroup> assemble(List<RolloutRow> rows) {
    Map<String, List<RolloutRow>> groups = new HashMap<>();
    for (RolloutRow row : rows) {
      groups.computeIfAbsent(row.groupId(), id -> new ArrayList<>()).add(row);
    }
    return groups.values().stream().map(this::group).sorted(TrainingGroup.ORDER).toList();
  }

  private TrainingGroup group(List<RolloutRow> rows) {
    rows.sort(BY_INDEX);
    RolloutRow first = rows.get(0);
    for (int i = 0; i < rows.size(); i++) {
      check(rows.get(i), i, first);
    }
    List<Member> members = rows.stream().map(RolloutRow::toMember).toList();
    boolean hasText = rows.stream().anyMatch(row -> row.tokens().length > 0);
    TextSampling sampling = hasText ? sampling(first) : TextSampling.greedy(1);
    TrajectoryGroup trajectories =
        new TrajectoryGroup(
            context(first),
            members.stream().map(Member::trajectory).toList(),
            sampling.logProbTemperature(),
            guidance);
    return new TrainingGroup(
        first.groupId(),
        first.stage(),
        first.pairId(),
        trajectories,
        members,
        sampling.maxTokens());
  }

  private static void check(RolloutRow row, int place, RolloutRow first) {
    if (!row.inBatch()) {
      throw new IllegalStateException(
          "Cannot train on group %s: rollout %s has no row in batches"
              .formatted(row.groupId(), row.rolloutId()));
    }
    if (row.sampleIndex() != place) {
      throw new IllegalStateException(
          "Cannot train on group %s: found sample index %d, expected %d (each index from 0 once)"
              .formatted(row.groupId(), row.sampleIndex(), place));
    }
    if (!row.stage().equals(first.stage())
        || !row.pairId().equals(first.pairId())
        || !row.prompt().equals(first.prompt())) {
      throw new IllegalStateException(
          "Cannot train on group %s: members %d and 0 differ in stage, pair or prompt"
              .formatted(row.groupId(), place));
    }
  }

  private TextSampling sampling(RolloutRow row) {
    TextSampling sampling = textSampling.get(row.stage());
    if (sampling == null) {
      throw new IllegalArgumentException(
          "No text sampling settings for the stage '%s' of group %s"
              .formatted(row.stage(), row.groupId()));
    }
    return sampling;
  }

  private List<Segment> context(RolloutRow row) {
    return switch (row.stage()) {
      case "understand" -> Prompts.understand(image(row), row.prompt());
      case "reason", "generate" -> Prompts.reason(row.prompt());
      default ->
          throw new IllegalArgumentException(
              "Cannot train on group %s: no context is known for the stage '%s'"
                  .formatted(row.groupId(), row.stage()));
    };
  }

  private RgbImage image(RolloutRow row) {
    byte[] encoded = images.get(row.sampleId());
    if (encoded == null) {
      throw new IllegalStateException(
          "Cannot train on group %s: no image of sample %s in samples"
              .formatted(row.groupId(), row.sampleId()));
    }
    try {
      return RgbImage.decode(encoded);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot decode the image of sample " + row.sampleId(), e);
    }
  }
}
