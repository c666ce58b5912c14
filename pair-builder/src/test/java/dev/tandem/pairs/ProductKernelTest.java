package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProductKernelTest {
  private static final List<ProductKernel> KERNELS = ProductKernel.all();

  @Test
  void allKernelsRunHere() {
    assertThat(KERNELS).containsExactly(new OpenBlasKernel(), new VectorKernel(), new JavaKernel());
    assertThat(ProductKernel.best()).isEqualTo(new OpenBlasKernel());
  }

  @Property(tries = 40)
  void productsAreExactWithinTheBound(
      @ForAll @IntRange(max = 1000) int seed,
      @ForAll @IntRange(min = 1, max = 70) int dimension,
      @ForAll @IntRange(min = 1, max = 600) int columns) {
    VectorBlock left = KMeansTest.random(seed, 7, dimension);
    int[] rows = {0, 1, 2, 5, 6};
    VectorBlock right = KMeansTest.random(seed + 1, columns, dimension);
    double[] leftSquares = left.squaredLengths();
    double[] rightSquares = right.squaredLengths();
    int from = columns / 3;
    int width = columns - from;
    float[] product = new float[rows.length * width];
    for (ProductKernel kernel : KERNELS) {
      try (ProductKernel.Operand operand = kernel.operand(right.values(), dimension)) {
        operand.take(left.values(), rows);
        operand.multiply(from, width, product);
      }
      for (int row = 0; row < rows.length; row++) {
        for (int column = from; column < columns; column++) {
          double exact =
              Vectors.dot(
                  left.values(),
                  rows[row] * dimension,
                  right.values(),
                  column * dimension,
                  dimension);
          double lengths = Math.sqrt(leftSquares[rows[row]] * rightSquares[column]);
          assertThat((double) product[row * width + column - from])
              .isCloseTo(exact, within(ProductKernel.errorBound(dimension, lengths)));
        }
      }
    }
  }

  @Property(tries = 30)
  void assignmentsAreTheSameWithEveryKernel(
      @ForAll @IntRange(max = 1000) int seed, @ForAll @IntRange(min = 1, max = 700) int clusters) {
    VectorBlock rows = KMeansTest.random(seed, 40, 9);
    Centroids centroids =
        new Centroids(Vectors.toDoubles(KMeansTest.random(seed + 1, clusters, 9).values()), 9);
    List<Assignment> assignments =
        KERNELS.stream()
            .map(
                kernel -> {
                  try (Assigner assigner = new Assigner(centroids, kernel)) {
                    return assigner.assign(rows, 4);
                  }
                })
            .toList();
    for (Assignment assignment : assignments) {
      assertThat(assignment.clusters()).isEqualTo(assignments.get(0).clusters());
      assertThat(assignment.squaredDistances()).isEqualTo(assignments.get(0).squaredDistances());
    }
  }
}
