package dev.tandem.jobs.train;

import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses the pairs of an iteration: all pairs in random order, epoch after epoch, each epoch cut
 * into whole iterations, so that no pair occurs twice in one. Depends on the seed and the set of
 * pairs only, not on their order or on earlier iterations.
 */
public final class PairSampler {
  private final List<SampledPair> pairs;
  private final int perIteration;
  private final RandomKey key;

  /**
   * @param pairs all pairs, at least one
   * @param perIteration pairs of one iteration; all of them where there are fewer
   */
  public PairSampler(List<SampledPair> pairs, int perIteration, long seed) {
    if (pairs.isEmpty()) {
      throw new IllegalArgumentException("Invalid pairs: none to sample from");
    }
    this.pairs = pairs.stream().sorted(Comparator.comparing(SampledPair::pairId)).toList();
    this.perIteration = Math.min(perIteration, pairs.size());
    this.key = RandomKey.of(seed).with("pairs of an iteration");
  }

  /**
   * The pairs of the iteration, in order.
   *
   * @param iteration counted from 1
   */
  public List<SampledPair> sample(int iteration) {
    int iterationsOfEpoch = pairs.size() / perIteration;
    int epoch = (iteration - 1) / iterationsOfEpoch;
    int first = (iteration - 1) % iterationsOfEpoch * perIteration;
    List<SampledPair> order = new ArrayList<>(pairs);
    key.with(epoch).random().shuffle(order);
    return List.copyOf(order.subList(first, first + perIteration));
  }
}
