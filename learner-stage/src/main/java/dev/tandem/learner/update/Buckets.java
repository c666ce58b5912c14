package dev.tandem.learner.update;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * Deals the micro-batches of an optimizer step into buckets of nearly equal work. A bucket is what
 * one worker accumulates into one gradient before it is added to the others: where buckets are
 * alike, no worker waits for another. The dealing depends on the micro-batches alone and not on the
 * number of workers, and with it the order of every sum.
 */
final class Buckets {
  /** Where the largest bucket has this much of the mean work, workers wait for 5 % at most. */
  static final double EVEN = 1.05;

  /** Not fewer than that for evenness alone: every bucket is work for one worker. */
  static final int FEWEST = 8;

  private Buckets() {}

  /**
   * The items in {@code count} buckets, or in half as many and so on, down to {@link #FEWEST},
   * until the buckets are {@link #EVEN}: more items a bucket fill its gaps better.
   */
  static <T> List<List<T>> even(List<T> items, int count, ToLongFunction<T> work) {
    List<List<T>> buckets = balanced(items, count, work);
    return imbalance(buckets, work) <= EVEN || count / 2 < FEWEST
        ? buckets
        : even(items, count / 2, work);
  }

  /**
   * The items in {@code count} buckets or fewer, none empty: largest first, each into the bucket
   * with the least work so far. Items keep their order within a bucket, and buckets that of their
   * first items; as many buckets as items are the items themselves.
   */
  static <T> List<List<T>> balanced(List<T> items, int count, ToLongFunction<T> work) {
    List<Integer> largestFirst =
        IntStream.range(0, items.size())
            .boxed()
            .sorted(Comparator.comparingLong(index -> -work.applyAsLong(items.get(index))))
            .toList();
    List<List<Integer>> buckets = new ArrayList<>();
    long[] loads = new long[count];
    for (int index : largestFirst) {
      int bucket = buckets.size() < count ? buckets.size() : least(loads);
      if (bucket == buckets.size()) {
        buckets.add(new ArrayList<>());
      }
      buckets.get(bucket).add(index);
      loads[bucket] += work.applyAsLong(items.get(index));
    }
    buckets.forEach(bucket -> bucket.sort(Comparator.naturalOrder()));
    buckets.sort(Comparator.comparing(bucket -> bucket.get(0)));
    return buckets.stream().map(bucket -> bucket.stream().map(items::get).toList()).toList();
  }

  /** The largest bucket's work over the mean: 1 where all are alike. */
  static <T> double imbalance(List<List<T>> buckets, ToLongFunction<T> work) {
    var loads =
        buckets.stream()
            .mapToLong(bucket -> bucket.stream().mapToLong(work).sum())
            .summaryStatistics();
    return loads.getMax() / loads.getAverage();
  }

  private static int least(long[] loads) {
    int least = 0;
    for (int i = 1; i < loads.length; i++) {
      if (loads[i] < loads[least]) {
        least = i;
      }
    }
    return least;
  }
}
