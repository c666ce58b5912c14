package dev.tandem.learner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.learner.batch.GroupSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkSharesTest {
  @Test
  void everyMiniBatchIsSharedOutByWorkLargestFirst() {
    // 9 | 8 | 5 to rank 1 (13) | 4 to rank 0 (13); then 7 | 2 | 2 | 3 of the next mini-batch.
    Map<String, Integer> shares =
        WorkShares.of(
            List.of(
                List.of(group("a", 4), group("b", 9), group("c", 8), group("d", 5)),
                List.of(group("e", 2), group("f", 7), group("g", 2), group("h", 3))),
            2);

    assertThat(shares)
        .isEqualTo(Map.of("b", 0, "c", 1, "d", 1, "a", 0, "f", 0, "h", 1, "e", 1, "g", 1));
  }

  @Test
  void ranksWithNothingInAMiniBatchComeFirstInTheNext() {
    Map<String, Integer> shares =
        WorkShares.of(List.of(List.of(group("a", 1)), List.of(group("b", 1))), 2);

    assertThat(shares).isEqualTo(Map.of("a", 0, "b", 1));
  }

  @Test
  void groupsAlikeAreDealtOutInTheirOrder() {
    List<GroupSummary> groups = new ArrayList<>();
    for (String id : List.of("d", "b", "a", "c")) {
      groups.add(group(id, 5));
    }

    assertThat(WorkShares.of(List.of(groups), 4)).isEqualTo(Map.of("a", 0, "b", 1, "c", 2, "d", 3));
  }

  private static GroupSummary group(String id, long work) {
    return new GroupSummary(id, "reason", id, 1, 1, 1, 1, 1, false, work);
  }
}
