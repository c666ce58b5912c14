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
  void everyPairIsUsedOnceBeforeAnyIsUsedAgain() {
    PairSampler sampler = new PairSampler(pairs(12), 5, SEED);

    List<SampledPair> twoEpochs =
        IntStream.rangeClosed(1, 5).boxed().flatMap(i -> sampler.sample(i).stream()).toList();

    assertThat(twoEpochs.subList(0, 12)).doesNotHaveDuplicates().containsAll(pairs(12));
    assertThat(twoEpochs.subList(12, 24)).doesNotHaveDuplicates().containsAll(pairs(12));
    assertThat(twoEpochs.subList(0, 12)).isNotEqualTo(twoEpochs.subList(12, 24));
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
  void fewPairsRepeatWithinAnIteration() {
    assertThat(new PairSampler(pairs(2), 5, SEED).sample(1)).hasSize(5).containsAll(pairs(2));
  }

  private static List<SampledPair> pairs(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new SampledPair("pair-" + (char) ('a' + i), "g" + i, "u" + i))
        .toList();
  }
}
