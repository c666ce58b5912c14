package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PairWeightTest {

  @Test
  void alignedPairsWeighOne() {
    for (PairWeight weight : PairWeight.values()) {
      assertThat(weight.of(PairType.ALIGNED, 0.25)).isEqualTo(1);
    }
  }

  @Test
  void retrievedPairsWeighByTheirSimilarity() {
    assertThat(PairWeight.SQRT.of(PairType.RETRIEVED, 0.64)).isEqualTo(0.8);
    assertThat(PairWeight.LINEAR.of(PairType.RETRIEVED, 0.64)).isEqualTo(0.64);
    assertThat(PairWeight.NONE.of(PairType.RETRIEVED, 0.64)).isEqualTo(1);
  }

  @Test
  void oppositeImagesWeighNothing() {
    assertThat(PairWeight.SQRT.of(PairType.RETRIEVED, -0.1)).isEqualTo(0);
    assertThat(PairWeight.LINEAR.of(PairType.RETRIEVED, -0.1)).isEqualTo(0);
  }
}
