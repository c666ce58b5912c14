package dev.tandem.policy.flow;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which steps of a schedule are stochastic (MixGRPO, arXiv 2507.21802). The choice depends on the
 * key alone: give all samples of a group the same one.
 */
public sealed interface SdeWindow {

  /** The indexes of the stochastic steps, ascending. */
  List<Integer> choose(RandomKey key);

  /**
   * All steps of a share of the schedule, from {@code begin} to {@code end} in [0, 1] (Flow-GRPO
   * with 0 and 1; UniRL's timestep fraction).
   */
  static Contiguous share(int steps, double begin, double end) {
    if (!(begin >= 0 && end <= 1)) {
      throw new IllegalArgumentException(
          "Invalid window: share [%s, %s) (must lie in [0, 1])".formatted(begin, end));
    }
    int first = (int) (steps * begin);
    int behind = (int) (steps * end);
    return new Contiguous(first, behind, behind - first);
  }

  /**
   * Neighbouring steps whose first is drawn uniformly (UniGRPO's paper: 3 of the first 5).
   *
   * @param begin first step of the range
   * @param end step after the range's last
   * @param size number of stochastic steps
   */
  record Contiguous(int begin, int end, int size) implements SdeWindow {
    public Contiguous {
      checkRange(begin, end, size);
    }

    @Override
    public List<Integer> choose(RandomKey key) {
      int first = begin + key.random().nextInt(end - begin - size + 1);
      return IntStream.range(first, first + size).boxed().toList();
    }
  }

  /**
   * Any steps of the range, each set equally likely (UniGRPO's public implementation: 3 of the
   * first 5; R3: one).
   *
   * @param begin first step of the range
   * @param end step after the range's last
   * @param size number of stochastic steps
   */
  record Scattered(int begin, int end, int size) implements SdeWindow {
    public Scattered {
      checkRange(begin, end, size);
    }

    @Override
    public List<Integer> choose(RandomKey key) {
      CounterRandom random = key.random();
      List<Integer> steps = new ArrayList<>(IntStream.range(begin, end).boxed().toList());
      random.shuffle(steps);
      return steps.stream().limit(size).sorted().toList();
    }
  }

  private static void checkRange(int begin, int end, int size) {
    if (begin < 0 || size < 1 || size > end - begin) {
      throw new IllegalArgumentException(
          "Invalid window: %d steps of the range [%d, %d)".formatted(size, begin, end));
    }
  }
}
