package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class KMeansTest {
  private static final int LIMIT = 50;

  /** Of the squared length of a vector that was scaled to one. */
  private static final double LENGTH = 1e-12;

  private static final KMeansConfig LLOYD = config(KMeansConfig.Algorithm.LLOYD);
  private static final KMeansConfig SPHERICAL = config(KMeansConfig.Algorithm.SPHERICAL);

  private static KMeansConfig config(KMeansConfig.Algorithm algorithm) {
    return new KMeansConfig(
        KMeansConfig.Engine.BLOCKS, algorithm, KMeansConfig.Init.RANDOM, LIMIT, 0, 10);
  }

  @Test
  void findsTwoHandMadeClusters() {
    // Rows 0, 1 around (0, 1) and 2, 3, 4 around (10, 0): the means are (0, 1) and (10, 0).
    VectorBlock rows = block(2, 0, 0, 0, 2, 9, 0, 10, 0, 11, 0);
    KMeans.Model model = fit(rows, new Centroids(new double[] {0, 0, 9, 0}, 2), LLOYD);
    assertThat(model.centroids().values()).containsExactly(0, 1, 10, 0);
    assertThat(model.stable()).isTrue();
    // Both rows of the first are at distance 1 from its centre: the lower index wins.
    assertThat(clusters(rows, model.centroids(), 1).medoids()).containsExactly(0, 3);
  }

  @Test
  void anEmptyClusterHasNoMedoid() {
    VectorBlock rows = block(2, 1, 0, 0, 1);
    Centroids centroids = new Centroids(new double[] {0.5, 0.5, 50, 50}, 2);
    assertThat(clusters(rows, centroids, 1).medoids()).containsExactly(0, Clusters.NONE);
  }

  @Test
  void anEmptyClusterIsGivenHalfOfTheLargest() {
    VectorBlock rows = block(1, 1, 2, 3, 10, 11, 30, 31, 32, 33, 50);
    Centroids initial = new Centroids(new double[] {2, 10, 40, 1000, 2000}, 1);
    KMeans.Model model = fit(rows, initial, LLOYD);
    assertThat(clusters(rows, model.centroids(), 1).medoids()).doesNotContain(Clusters.NONE);
  }

  /** Three empty clusters: the largest one is halved, and both halves are. */
  @Test
  void quartersOfAClusterStartApart() {
    VectorBlock rows = random(5, 40, 4);
    double[] values = new double[16];
    Arrays.fill(values, 4, 16, 1000);
    Centroids initial = new Centroids(values, 4);
    CentroidSums sums = new LloydPasses(local(rows), 40, PairProgress.SILENT).apply(initial);
    Centroids quarters = sums.reseeded(sums.means(initial));
    for (int one = 0; one < 4; one++) {
      for (int other = 0; other < one; other++) {
        double apart =
            quarters.select(new int[] {one}).farthestFrom(quarters.select(new int[] {other}));
        assertThat(apart).isGreaterThan(1e-6); // rounding is at 1e-16
      }
    }
  }

  @Test
  void equalCentresGiveTheirRowsToTheLowerCluster() {
    VectorBlock rows = block(2, 1, 0, 0, 1);
    Centroids twice = new Centroids(new double[] {1, 1, 1, 1}, 2);
    assertThat(clusters(rows, twice, 2).nearest(2).table()).containsExactly(0, 1, 0, 1);
  }

  @Test
  void sphericalCentresHaveLengthOne() {
    VectorBlock rows = random(3, 60, 5);
    double[] squares = fit(rows, firstRows(rows, 6), SPHERICAL).centroids().squaredLengths();
    assertThat(squares).containsExactly(new double[] {1, 1, 1, 1, 1, 1}, within(LENGTH));
  }

  @Test
  void aToleranceStopsEarlier() {
    VectorBlock rows = random(3, 300, 5);
    KMeansConfig loose =
        new KMeansConfig(LLOYD.engine(), LLOYD.algorithm(), LLOYD.init(), LIMIT, 0.2, 10);
    int iterations = fit(rows, firstRows(rows, 6), loose).iterations();
    assertThat(iterations).isLessThan(fit(rows, firstRows(rows, 6), LLOYD).iterations());
  }

  @Property(tries = 30)
  void oneMoreStepDoesNotRaiseTheInertia(@ForAll @IntRange(max = 1000) int seed) {
    VectorBlock rows = random(seed, 60, 5);
    Centroids centroids = firstRows(rows, 6);
    double before = Double.POSITIVE_INFINITY;
    for (int step = 0; step < 10; step++) {
      CentroidSums sums =
          new LloydPasses(local(rows), rows.rows(), PairProgress.SILENT).apply(centroids);
      double inertia = inertia(rows, centroids);
      assertThat(inertia).isLessThanOrEqualTo(before);
      before = inertia;
      centroids = sums.means(centroids);
    }
  }

  @Property(tries = 30)
  void blocksAndTheirOrderChangeNothing(
      @ForAll @IntRange(max = 1000) int seed,
      @ForAll @IntRange(min = 1, max = 9) int parts,
      @ForAll KMeansConfig.Algorithm algorithm) {
    VectorBlock rows = random(seed, 60, 5);
    List<VectorBlock> blocks = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int remainder = part;
      blocks.add(rows.select(index -> index % parts == remainder));
    }
    Collections.shuffle(blocks, new Random(seed));
    RowBlocks split = local(blocks.toArray(VectorBlock[]::new));
    KMeansConfig config =
        new KMeansConfig(LLOYD.engine(), algorithm, KMeansConfig.Init.PARALLEL, 8, 0, 20);
    Centroids start = Seeding.parallel(local(rows), 7, 6, seed);
    assertThat(Seeding.parallel(split, 7, 6, seed).values()).isEqualTo(start.values());
    KMeans.Fit fit = KMeans.fit(local(rows), start, config, rows.rows(), seed, PairProgress.SILENT);
    KMeans.Model whole = fit.model();
    KMeans.Model parted =
        KMeans.fit(split, start, config, rows.rows(), seed, PairProgress.SILENT).model();
    assertThat(parted.centroids().values()).isEqualTo(whole.centroids().values());
    assertThat(parted.iterations()).isEqualTo(whole.iterations());
    Clusters found =
        split.aggregate(fit.last(), (b, step) -> Clusters.over(b, step, 3), Clusters::merge);
    Clusters expected = clusters(rows, whole.centroids(), 3);
    assertThat(found.medoids()).isEqualTo(expected.medoids());
    assertThat(found.nearest(60).table()).isEqualTo(expected.nearest(60).table());
  }

  /** Few values, so that there are ties, equal centres and centres that stay while others move. */
  @Property(tries = 60)
  void passesThatRememberFindWhatPassesThatDoNotFind(
      @ForAll @IntRange(max = 1000) int seed,
      @ForAll @IntRange(min = 1, max = 12) int clusters,
      @ForAll boolean coarse) {
    VectorBlock fine = random(seed, 80, 3);
    VectorBlock rows = coarse ? rounded(fine) : fine;
    LloydPasses passes =
        new LloydPasses(
            local(rows.select(i -> i < 50), rows.select(i -> i >= 50)), 80, PairProgress.SILENT);
    Centroids centroids = firstRows(rows, clusters);
    for (int pass = 0; pass < 8; pass++) {
      Step step = passes.step(centroids);
      assertThat(Clusters.over(List.of(rows).iterator(), step, 1).nearest(80).table())
          .isEqualTo(clusters(rows, centroids, 1).nearest(80).table());
      CentroidSums sums = passes.apply(centroids);
      CentroidSums expected =
          new LloydPasses(local(rows), 80, PairProgress.SILENT).apply(centroids);
      assertThat(sums.sameMembers(expected)).isTrue();
      centroids = sums.reseeded(sums.means(centroids));
    }
  }

  @Test
  void parallelSeedsLieInAllOfTheClustersThatAreFarApart() {
    float[] values = new float[400];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1000 * (i % 8) + i / 8 * 0.01f;
    }
    double[] seeds = Seeding.parallel(local(block(1, values)), 0, 8, 5).values();
    List<Integer> homes = new ArrayList<>();
    for (double seed : seeds) {
      homes.add((int) Math.round(seed / 1000));
    }
    assertThat(homes).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  void miniBatchesThatHoldEverythingOnceGiveTheMeansOfTheFirstPass() {
    VectorBlock rows = block(1, 0, 1, 2, 10, 11, 12);
    MiniBatches centres = new MiniBatches(new Centroids(new double[] {0, 12}, 1));
    for (int remainder : List.of(0, 1)) {
      VectorBlock batch = rows.select(index -> index % 2 == remainder);
      centres.take(KMeans.sums(List.of(batch).iterator(), centres.centroids()));
    }
    assertThat(centres.centroids().values()).containsExactly(1, 11);
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
    assertThat(Pairing.draw(population, 7, 3))
        .isEqualTo(Pairing.draw(Population.of(reversed), 7, 3));
    assertThat(Pairing.draw(population, 7, 3).cardinality()).isEqualTo(7);
    assertThat(Pairing.draw(population, 7, 4)).isNotEqualTo(Pairing.draw(population, 7, 3));
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

  private static VectorBlock rounded(VectorBlock rows) {
    float[] values = rows.values().clone();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.round(values[i]);
    }
    return new VectorBlock(rows.indexes(), values, rows.dimension());
  }

  /** Rows in memory, each block a part of its own. */
  static RowBlocks local(VectorBlock... blocks) {
    return new RowBlocks() {
      @Override
      public <S, T> T aggregate(S shared, Pass<S, T> pass, Merge<T> merge) {
        return Stream.of(blocks)
            .map(block -> pass.over(List.of(block).iterator(), shared))
            .reduce(merge::of)
            .orElseThrow();
      }
    };
  }

  /** The sum of the squared distances to the nearest centres. */
  static double inertia(VectorBlock rows, Centroids centroids) {
    try (Assigner assigner = new Assigner(centroids, ProductKernel.best())) {
      return DoubleStream.of(assigner.assign(rows, 1).squaredDistances()).sum();
    }
  }

  static Clusters clusters(VectorBlock rows, Centroids centroids, int probes) {
    return Clusters.over(List.of(rows).iterator(), Step.first(centroids), probes);
  }

  private static KMeans.Model fit(VectorBlock rows, Centroids initial, KMeansConfig config) {
    return KMeans.fit(local(rows), initial, config, rows.rows(), 1, PairProgress.SILENT).model();
  }

  private static Centroids firstRows(VectorBlock rows, int count) {
    float[] values = Arrays.copyOf(rows.values(), count * rows.dimension());
    return new Centroids(Vectors.toDoubles(values), rows.dimension());
  }

  private static VectorBlock block(int dimension, float... values) {
    int rows = values.length / dimension;
    return new VectorBlock(IntStream.range(0, rows).toArray(), values, dimension);
  }
}
