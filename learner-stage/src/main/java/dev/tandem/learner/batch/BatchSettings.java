package dev.tandem.learner.batch;

import dev.tandem.policy.Guidance;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.policy.TextSampling;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the rollouts of an iteration were sampled.
 *
 * @param textSampling by stage: temperature and longest text
 * @param guidance that images were drawn with
 * @param systemPrompts before every context
 */
public record BatchSettings(
    Map<String, TextSampling> textSampling, Guidance guidance, SystemPrompts systemPrompts)
    implements Serializable {
  public BatchSettings {
    textSampling = Map.copyOf(textSampling);
  }

  /**
   * The groups of an iteration in the order of {@link GroupSummary#ORDER}.
   *
   * @param rows all rollouts of the iteration
   * @param credit by rollout
   */
  List<GroupSummary> groups(List<RowSummary> rows, Map<String, Credit> credit) {
    return rows.stream()
        .map(row -> row.with(credit))
        .collect(Collectors.groupingBy(RowSummary::groupId))
        .values()
        .stream()
        .map(group -> GroupSummary.of(group, sampling(group).maxTokens()))
        .sorted(GroupSummary.ORDER)
        .toList();
  }

  private TextSampling sampling(List<RowSummary> rows) {
    boolean hasText = rows.stream().anyMatch(row -> row.tokens() > 0);
    RowSummary first = rows.get(0);
    return sampling(first.stage(), first.groupId(), hasText);
  }

  /** How the texts of a group were sampled; a group without any needs no settings. */
  TextSampling sampling(String stage, String groupId, boolean hasText) {
    TextSampling sampling = textSampling.get(stage);
    if (sampling != null && hasText) {
      return sampling;
    }
    if (hasText) {
      throw new IllegalArgumentException(
          "No text sampling settings for the stage '%s' of group %s".formatted(stage, groupId));
    }
    return TextSampling.greedy(1);
  }
}
