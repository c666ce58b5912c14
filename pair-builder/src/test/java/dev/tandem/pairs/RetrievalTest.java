package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RetrievalTest {
  // Cosines of (1, 0) with the three: 1, 0.8, 0.6; of (0, 1): 0, 0.6, 0.8.
  private static final VectorBlock GENERATION = block(new int[] {3, 5}, 1, 0, 0, 1);
  private static final VectorBlock UNDERSTANDING =
      block(new int[] {1, 2, 7}, 1, 0, 0.8f, 0.6f, 0.6f, 0.8f);

  @Test
  void keepsEdgesAtOrAboveTheThreshold() {
    assertThat(new Retrieval(0.6, 0).edges(GENERATION, UNDERSTANDING))
        .containsExactly(
            new Edge(3, 1, 1),
            new Edge(3, 2, 0.8),
            new Edge(3, 7, 0.6),
            new Edge(5, 2, 0.6),
            new Edge(5, 7, 0.8));
  }

  @Test
  void keepsTheBestCandidates() {
    assertThat(new Retrieval(0.6, 1).edges(GENERATION, UNDERSTANDING))
        .containsExactly(new Edge(3, 1, 1), new Edge(5, 7, 0.8));
  }

  @Test
  void roundsSoThatTheLastBitsDecideNothing() {
    assertThat(Retrieval.round(0.8000000119209290)).isEqualTo(0.8);
    assertThat(Retrieval.round(1.0000001)).isEqualTo(1);
    assertThat(Retrieval.round(-1.0000001)).isEqualTo(-1);
  }

  @Test
  void productsDoNotDependOnTheBlocks() {
    VectorBlock left = KMeansTest.random(1, 70, 37);
    VectorBlock right = KMeansTest.random(2, 300, 37);
    double[] whole = BlockProduct.multiply(left, right.transposed(), right.rows());
    for (int from : List.of(0, 13, 299)) {
      VectorBlock part = right.select(index -> index >= from);
      double[] product = BlockProduct.multiply(left, part.transposed(), part.rows());
      for (int row = 0; row < left.rows(); row++) {
        for (int column = 0; column < part.rows(); column++) {
          assertThat(product[row * part.rows() + column])
              .isEqualTo(whole[row * right.rows() + from + column]);
        }
      }
    }
  }

  private static VectorBlock block(int[] indexes, float... values) {
    return new VectorBlock(indexes, values, 2);
  }
}
