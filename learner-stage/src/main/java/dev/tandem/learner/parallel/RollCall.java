package dev.tandem.learner.parallel;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.ByteVector;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.StringVector;

/** Places in a key-value store that every rank writes to once, and waits there for the others. */
final class RollCall {
  private static final long LONGEST_SLEEP_MILLIS = 20;

  private final Store store;
  private final int rank;
  private final int count;
  private final BooleanSupplier cancelled;

  /**
   * @param cancelled whether to give up waiting
   */
  RollCall(Store store, int rank, int count, BooleanSupplier cancelled) {
    this.store = store;
    this.rank = rank;
    this.count = count;
    this.cancelled = cancelled;
  }

  /** Writes what this rank has to say at a place. */
  void answer(String place, byte[] message) {
    try (ByteVector value = new ByteVector(message)) {
      store.set(key(place, rank), value);
    }
  }

  /** Removes what this rank wrote at a place. */
  void forget(String place) {
    store.deleteKey(key(place, rank));
  }

  /** What a rank wrote at a place where it is known to have been. */
  byte[] message(String place, int of) {
    try (ByteVector value = store.get(key(place, of))) {
      return value.get();
    }
  }

  /** Waits for all ranks at a place; the ranks that did not come in time. */
  List<Integer> missing(String place, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    long sleep = 1;
    while (true) {
      List<Integer> missing =
          IntStream.range(0, count).filter(other -> !isAt(place, other)).boxed().toList();
      if (missing.isEmpty() || System.nanoTime() - end >= 0) {
        return missing;
      }
      if (cancelled.getAsBoolean()) {
        throw new RankException(
            "Rank %d of %d was cancelled while it waited for rank %s"
                .formatted(rank, count, names(missing)));
      }
      sleep(sleep);
      sleep = Math.min(2 * sleep, LONGEST_SLEEP_MILLIS);
    }
  }

  /** Ranks as a list for people. */
  static String names(List<Integer> ranks) {
    return String.join(", ", ranks.stream().map(String::valueOf).toList());
  }

  private boolean isAt(String place, int other) {
    try (StringVector keys = new StringVector(key(place, other))) {
      return store.check(keys);
    }
  }

  private static String key(String place, int of) {
    return place + "/" + of;
  }

  private void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RankException("Rank %d of %d was interrupted".formatted(rank, count), e);
    }
  }
}
