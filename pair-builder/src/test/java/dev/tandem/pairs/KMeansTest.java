package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KMeansTest {
  private static final int LIMIT = 50;

  @Test
  void findsTwoHandMadeClusters() {
    // Rows 0, 1 around (0, 1) and 2, 3, 4 around (10, 0): the means are (0, 1) and (10, 0).
    VectorBlock rows = block(2, 0, 0, 0, 2, 9, 0, 10, 0, 11, 0);
    Centroids initial = Centroids.of(new double[][] {{0, 0}, {9, 0}});
    KMeans.Model model = KMeans.lloyd(KMeans.over(List.of(rows)), initial, LIMIT);
    assertThat(model.centroids().values()).containsExactly(0, 1, 10, 0);
    assertThat(model.stable()).isTrue();
    // Both rows of the first are at distance 1 from its centre: the lower index wins.
    assertThat(Medoids.over(List.of(rows), model.centroids()).indexes()).containsExactly(0, 3);
  }

  @Test
  void anEmptyClusterKeepsItsCentreAndHasNoMedoid() {
    VectorBlock rows = block(2, 1, 0, 0, 1);
    Centroids initial = Centroids.of(new double[][] {{1, 0}, {50, 50}});
    KMeans.Model model = KMeans.lloyd(KMeans.over(List.of(rows)), initial, LIMIT);
    assertThat(model.centroids().values()).containsExactly(0.5, 0.5, 50, 50);
    Medoids medoids = Medoids.over(List.of(rows), model.centroids());
    assertThat(medoids.indexes()).containsExactly(0, Medoids.NONE);
  }

  @Test
  void equalCentresGiveTheirRowsToTheLowerCluster() {
    VectorBlock rows = block(2, 1, 0, 0, 1);
    Centroids twice = Centroids.of(new double[][] {{1, 1}, {1, 1}});
    assertThat(Assignment.of(rows, twice).clusters()).containsExactly(0, 0);
  }

  @Property(tries = 50)
  void oneMoreStepDoesNotRaiseTheInertia(@ForAll @IntRange(max = 1000) int seed) {
    List<VectorBlock> rows = List.of(random(seed, 60, 5));
    Centroids centroids = firstRows(rows.get(0), 6);
    double before = Double.POSITIVE_INFINITY;
    for (int step = 0; step < 10; step++) {
      CentroidSums sums = KMeans.over(rows).apply(centroids);
      assertThat(sums.inertia()).isLessThanOrEqualTo(before);
      before = sums.inertia();
      centroids = sums.means(centroids);
    }
  }

  @Property(tries = 50)
  void blocksAndTheirOrderChangeNothing(
      @ForAll @IntRange(max = 1000) int seed, @ForAll @IntRange(min = 1, max = 9) int parts) {
    VectorBlock rows = random(seed, 60, 5);
    List<VectorBlock> blocks = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int remainder = part;
      blocks.add(rows.select(index -> index % parts == remainder));
    }
    Collections.shuffle(blocks, new Random(seed));
    Centroids initial = firstRows(rows, 6);
    KMeans.Model whole = KMeans.lloyd(KMeans.over(List.of(rows)), initial, LIMIT);
    KMeans.Model split = KMeans.lloyd(KMeans.over(blocks), initial, LIMIT);
    assertThat(split.centroids().values()).isEqualTo(whole.centroids().values());
    assertThat(split.iterations()).isEqualTo(whole.iterations());
    assertThat(Medoids.over(blocks, split.centroids()).indexes())
        .isEqualTo(Medoids.over(List.of(rows), whole.centroids()).indexes());
  }

  @Test
  void miniBatchesThatHoldEverythingOnceGiveTheMeansOfTheFirstPass() {
    VectorBlock rows = block(1, 0, 1, 2, 10, 11, 12);
    Centroids initial = Centroids.of(new double[][] {{0}, {12}});
    List<VectorBlock> batches =
        List.of(rows.select(index -> index % 2 == 0), rows.select(index -> index % 2 == 1));
    assertThat(KMeans.miniBatch(batches, initial).values()).containsExactly(1, 11);
  }

  @Test
  void seedsAreDrawnByIdentity() {
    List<Member> members =
        IntStream.range(0, 50)
            .mapToObj(i -> new Member("sample" + i, "image" + i, true, true))
            .toList();
    List<Member> reversed = new ArrayList<>(members);
    Collections.reverse(reversed);
    Population population = Population.of(members);
    assertThat(EmbeddedImages.draw(population, 7, 3))
        .isEqualTo(EmbeddedImages.draw(Population.of(reversed), 7, 3));
    assertThat(EmbeddedImages.draw(population, 7, 3).cardinality()).isEqualTo(7);
    assertThat(EmbeddedImages.draw(population, 7, 4))
        .isNotEqualTo(EmbeddedImages.draw(population, 7, 3));
  }

  @Test
  void ofSeveralSamplesWithOneImageTheFirstTakesPart() {
    Population population =
        Population.of(
            List.of(
                new Member("c", "same", true, true),
                new Member("a", "same", false, true),
                new Member("b", "other", true, true)));
    assertThat(population.sampleIds()).containsExactly("a", "b");
    assertThat(population.duplicates()).isEqualTo(1);
  }

  static VectorBlock random(long seed, int count, int dimension) {
    CounterRandom random = RandomKey.of(seed).random();
    return new VectorBlock(
        IntStream.range(0, count).toArray(), random.nextGaussians(count * dimension), dimension);
  }

  private static Centroids firstRows(VectorBlock rows, int count) {
    double[][] values = new double[count][rows.dimension()];
    for (int row = 0; row < count; row++) {
      for (int d = 0; d < rows.dimension(); d++) {
        values[row][d] = rows.row(row)[d];
      }
    }
    return Centroids.of(values);
  }

  private static VectorBlock block(int dimension, float... values) {
    int rows = values.length / dimension;
    return new VectorBlock(IntStream.range(0, rows).toArray(), values, dimension);
  }
}
