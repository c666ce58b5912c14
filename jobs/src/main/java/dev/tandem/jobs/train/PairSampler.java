package dev.tandem.jobs.train;

import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses the pairs of an iteration: all pairs in random order, epoch after epoch, so that each is
 * used once before any is used again. Depends on the seed and the set of pairs only, not on their
 * order or on earlier iterations.
 */
public final class PairSampler {
  private final List<SampledPair> pairs;
  private final int perIteration;
  private final RandomKey key;

  /**
   * @param pairs all pairs, at least one
   * @param perIteration pairs of one iteration; more than there are repeat within it
   */
  public PairSampler(List<SampledPair> pairs, int perIteration, long seed) {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("Invalid pairs: none to sample from");
    }
    this.pairs = pairs.stream().sorted(Comparator.comparing(SampledPair::pairId)).toList();
    this.perIteration = perIteration;
    this.key = RandomKey.of(seed).with("pairs of an iteration");
  }

  /**
   * The pairs of the iteration, in order.
   *
   * @param iteration counted from 1
   */
  public List<SampledPair> sample(int iteration) {
    List<SampledPair> chosen = new ArrayList<>();
    long first = (long) (iteration - 1) * perIteration;
    long epoch = -1;
    List<SampledPair> order = List.of();
    for (long at = first; at < first + perIteration; at++) {
      if (at / pairs.size() != epoch) {
        epoch = at / pairs.size();
        order = shuffled(epoch);
      }
      chosen.add(order.get((int) (at % pairs.size())));
    }
    return chosen;
  }

  private List<SampledPair> shuffled(long epoch) {
    List<SampledPair> order = new ArrayList<>(pairs);
    key.with(epoch).random().shuffle(order);
    return order;
  }
}
