package dev.tandem.learner.update;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class BucketsTest {
  @Test
  void largestItemsGoFirstIntoTheLeastFullBucket() {
    // 9 | 8 | then 5 to 8 (13), 4 to 9 (13), 3 to the first of the two.
    List<List<Integer>> buckets = Buckets.balanced(List.of(3, 9, 4, 8, 5), 2, item -> item);

    assertThat(buckets).containsExactly(List.of(3, 9, 4), List.of(8, 5));
    assertThat(Buckets.imbalance(buckets, item -> item)).isEqualTo(16 / 14.5);
  }

  @Test
  void asManyBucketsAsItemsKeepTheirOrder() {
    assertThat(Buckets.balanced(List.of(0, 7, 0, 9), 4, item -> item))
        .containsExactly(List.of(0), List.of(7), List.of(0), List.of(9));
  }

  @Test
  void noBucketIsEmpty() {
    assertThat(Buckets.balanced(List.of(5, 6), 4, item -> item))
        .containsExactly(List.of(5), List.of(6));
  }

  @Test
  void unevenBucketsBecomeFewerUntilTheyAreEven() {
    List<Integer> items = Collections.nCopies(36, 10);

    assertThat(Buckets.imbalance(Buckets.balanced(items, 24, item -> item), item -> item))
        .isGreaterThan(Buckets.EVEN);
    List<List<Integer>> even = Buckets.even(items, 24, item -> item);
    assertThat(even).hasSize(12);
    assertThat(Buckets.imbalance(even, item -> item)).isLessThanOrEqualTo(Buckets.EVEN);
    assertThat(even.stream().flatMap(List::stream).toList()).isEqualTo(items);
  }

  @Test
  void oneLargeItemLeavesTheOthersTheirWorkers() {
    List<Integer> items = new ArrayList<>(Collections.nCopies(31, 1));
    items.add(1000);

    assertThat(Buckets.even(items, 32, item -> item)).hasSize(Buckets.FEWEST);
    assertThat(Buckets.even(items.subList(0, 9), 4, item -> item)).hasSize(4);
  }
}
