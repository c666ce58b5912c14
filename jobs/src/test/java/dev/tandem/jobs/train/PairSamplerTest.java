package dev.tandem.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairSamplerTest {
  private static final long SEED = 7;

  @Test
  void noPairOccursTwiceInAnEpochAndEpochsDiffer() {
    PairSampler sampler = new PairSampler(pairs(12), 4, SEED);

    List<SampledPair> first = sample(sampler, 1, 3);
    List<SampledPair> second = sample(sampler, 4, 6);

    assertThat(first).doesNotHaveDuplicates().hasSize(12).isNotEqualTo(second);
    assertThat(second).containsExactlyInAnyOrderElementsOf(first);
  }

  @Test
  void theRestOfAnEpochIsLeftOut() {
    PairSampler sampler = new PairSampler(pairs(12), 5, SEED);

    assertThat(sample(sampler, 1, 2)).doesNotHaveDuplicates().hasSize(10);
    assertThat(sampler.sample(3)).doesNotHaveDuplicates().hasSize(5);
  }

  @Test
  void anIterationDependsOnNeitherTheOrderOfThePairsNorEarlierIterations() {
    List<SampledPair> reversed = new ArrayList<>(pairs(12));
    Collections.reverse(reversed);

    assertThat(new PairSampler(reversed, 5, SEED).sample(3))
        .isEqualTo(new PairSampler(pairs(12), 5, SEED).sample(3))
        .isNotEqualTo(new PairSampler(pairs(12), 5, SEED + 1).sample(3));
  }

  @Test
  void fewerPairsThanAskedForAreAllUsedOnce() {
    assertThat(new PairSampler(pairs(2), 5, SEED).sample(9))
        .containsExactlyInAnyOrderElementsOf(pairs(2));
  }

  private static List<SampledPair> sample(PairSampler sampler, int first, int last) {
    return IntStream.rangeClosed(first, last)
        .boxed()
        .flatMap(iteration -> sampler.sample(iteration).stream())
        .toList();
  }

  private static List<SampledPair> pairs(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new SampledPair("pair-" + (char) ('a' + i), "g" + i, "u" + i))
        .toList();
  }
}
