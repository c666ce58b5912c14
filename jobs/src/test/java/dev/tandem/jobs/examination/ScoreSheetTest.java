package dev.tandem.jobs.examination;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoreSheetTest {
  private static final List<Score> SCORES = ScoreSheet.of(FindingsFixture.small());

  @ParameterizedTest
  @CsvSource({
    "drawing, after a right plan, all, 4, 0.75",
    "drawing, after a right plan, counting, 2, 0.5",
    "drawing, 'after a right plan, by the audit', all, 4, 1",
    "drawing, after an own plan, colors, 2, 1",
    "planning, greedy plan right, all, 4, 0.5",
    "planning, sampled plans right, colors, 2, 0.5",
    "planning, any of 16 plans right, all, 4, 0.75",
    "planning, sampled plans well-formed, counting, 2, 0.75",
    "multiple choice, greedy answer right, shape, 2, 0.5",
    "multiple choice, greedy answer right, count, 1, 1",
    "reflection, right ones left alone (sensitivity), own images, 2, 0.5",
    "reflection, wrong ones edited (specificity), own images, 2, 0.5",
    "reflection, balanced accuracy, own images, 4, 0.5",
    "edits, wrong ones made right, own images, 2, 0.5",
    "edits, wrong and edited ones made right, own images, 1, 1",
    "edits, right and edited ones still right, own images, 1, 0",
  })
  void countsWhatWasFound(String skill, String measure, String group, int count, double share) {
    Score score = find(skill, measure, group);

    assertThat(score.count()).isEqualTo(count);
    assertThat(score.share()).isEqualTo(share);
    assertThat(share).isBetween(score.interval().low(), score.interval().high());
  }

  @ParameterizedTest
  @CsvSource({
    "drawing, after a right plan, position",
    "edits, right and edited ones still right, rendered scenes",
  })
  void aGroupWithoutItemsIsNamedWithoutAShare(String skill, String measure, String group) {
    Score score = find(skill, measure, group);

    assertThat(score.count()).isZero();
    assertThat(score.share()).isNaN();
  }

  @Test
  void everyScoreHasItsOwnName() {
    assertThat(SCORES)
        .extracting(s -> List.of(s.skill(), s.measure(), s.group()))
        .doesNotHaveDuplicates();
  }

  private static Score find(String skill, String measure, String group) {
    return SCORES.stream()
        .filter(
            s -> List.of(s.skill(), s.measure(), s.group()).equals(List.of(skill, measure, group)))
        .findFirst()
        .orElseThrow();
  }
}
