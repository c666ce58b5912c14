package dev.tandem.learner.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.testing.ToyPolicy;
import dev.tandem.learner.testing.ToyRollouts;
import dev.tandem.policy.Torch;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicroBatchesTest {
  private static TrainingGroup group;

  @BeforeAll
  static void sample() {
    Torch.use();
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      group = ToyRollouts.reason(policy, "a", 1.0, -0.5, 0.3, -0.8, 0.1, 0.2, -0.3);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "7, 1", "8, 1", "6, 2", "4, 2", "3, 3", "2, 4", "1, 7"})
  void groupFallsIntoAsFewPartsAsTheLimitAllows(int limit, int parts) {
    List<TrainingGroup> split = MicroBatches.of(group, limit);

    assertThat(split).hasSize(parts);
    assertThat(split.stream().flatMap(part -> part.members().stream()))
        .containsExactlyInAnyOrderElementsOf(group.members());
    assertThat(split)
        .allSatisfy(
            part -> {
              assertThat(part.members().size()).isBetween(7 / parts, (7 + parts - 1) / parts);
              assertThat(part.members())
                  .isSortedAccordingTo(Comparator.comparingInt(Member::sampleIndex));
              assertThat(part.trajectories().trajectories())
                  .isEqualTo(part.members().stream().map(Member::trajectory).toList());
              assertThat(part.trajectories().context()).isEqualTo(group.trajectories().context());
            });
  }

  @Test
  void partsHoldMembersOfLikeLengthAndTheLongestComeFirst() {
    List<TrainingGroup> split = MicroBatches.of(group, 3);

    for (int i = 1; i < split.size(); i++) {
      assertThat(lengths(split.get(i)).max().orElseThrow())
          .isLessThanOrEqualTo(lengths(split.get(i - 1)).min().orElseThrow());
    }
    assertThat(split.stream().mapToLong(MicroBatches::padding).sum())
        .isLessThan(MicroBatches.padding(group));
  }

  @Test
  void partsWithoutCreditAreLeftOut() {
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      TrainingGroup oneCredited = ToyRollouts.understand(policy, "a", null, 1.0, null, null);

      assertThat(MicroBatches.of(oneCredited, 1))
          .singleElement()
          .satisfies(
              part -> assertThat(part.members()).containsExactly(oneCredited.members().get(1)));
    }
  }

  private static java.util.stream.IntStream lengths(TrainingGroup part) {
    return part.members().stream().mapToInt(member -> member.trajectory().tokens().length);
  }
}
