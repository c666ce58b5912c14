package dev.tandem.pairs;

import dev.tandem.schemas.random.RandomKey;
import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * K-means (Euclidean; for vectors of length one the same as by cosine up to the lengths of the
 * centres). Assignments are exact and sums are of integers, so the result depends on neither blocks
 * nor partitions. PairUni uses mini-batches; full passes are the default here.
 */
final class KMeans {
  private KMeans() {}

  /**
   * Centres after some passes.
   *
   * @param iterations passes after which the centres were moved
   * @param stable whether a further pass would move nothing
   */
  record Model(Centroids centroids, int iterations, boolean stable) {}

  /** Centres, and the step to them from what the last pass remembers of the rows. */
  record Fit(Model model, Step last) {}

  /** Where centres move when a pass has added up their rows. */
  interface Move {
    Centroids to(CentroidSums sums, Centroids previous);
  }

  /** Clusters rows from the given start as configured; empty clusters are given a new centre. */
  static Fit fit(
      RowBlocks rows,
      Centroids initial,
      KMeansConfig config,
      int count,
      long seed,
      PairProgress progress) {
    Move move = (sums, previous) -> sums.reseeded(sums.means(previous));
    return switch (config.algorithm()) {
      case LLOYD -> lloyd(new LloydPasses(rows, count, progress), initial, move, config);
      case SPHERICAL ->
          lloyd(
              new LloydPasses(rows, count, progress),
              initial.normalized(),
              (sums, previous) -> move.to(sums, previous).normalized(),
              config);
      case MINI_BATCH -> {
        Model model = miniBatches(rows, initial, config, count, seed, UnaryOperator.identity());
        yield new Fit(model, Step.first(model.centroids()));
      }
    };
  }

  private static Fit lloyd(LloydPasses passes, Centroids initial, Move move, KMeansConfig config) {
    Model model = lloyd(passes, initial, move, config.iterations(), config.tolerance());
    return new Fit(model, passes.step(model.centroids()));
  }

  /**
   * Lloyd's algorithm: assign every row to its nearest centre, move each centre, until no row
   * changes, no centre moves further than the tolerance or the limit is reached.
   *
   * @param pass adds up all rows under the given centres
   */
  static Model lloyd(
      Function<Centroids, CentroidSums> pass,
      Centroids initial,
      Move move,
      int maxIterations,
      double tolerance) {
    Centroids centroids = initial;
    @Nullable CentroidSums previous = null;
    for (int iteration = 0; iteration < maxIterations; iteration++) {
      CentroidSums sums = pass.apply(centroids);
      if (previous != null && sums.sameMembers(previous)) {
        return new Model(centroids, iteration, true);
      }
      Centroids moved = move.to(sums, centroids);
      if (tolerance > 0 && moved.farthestFrom(centroids) <= tolerance) {
        return new Model(moved, iteration + 1, true);
      }
      centroids = moved;
      previous = sums;
    }
    return new Model(centroids, maxIterations, false);
  }

  /**
   * Mini-batches.
   *
   * @param shape what makes centres of means
   */
  static Model miniBatches(
      RowBlocks rows,
      Centroids initial,
      KMeansConfig config,
      int count,
      long seed,
      UnaryOperator<Centroids> shape) {
    RandomKey key = RandomKey.of(seed).with("batches");
    double share = Math.min(1, (double) config.batch() / count);
    MiniBatches centres = new MiniBatches(initial);
    for (int batch = 0; batch < config.iterations(); batch++) {
      Sample sample = new Sample(shape.apply(centres.centroids()), key.with(batch), share);
      centres.take(rows.aggregate(sample, KMeans::sums, CentroidSums::merge));
    }
    return new Model(shape.apply(centres.centroids()), config.iterations(), false);
  }

  /** Rows drawn one by one, each by its index. */
  private record Sample(Centroids centroids, RandomKey key, double share) implements Serializable {
    boolean takes(int index) {
      return key.with(index).random().nextDouble() < share;
    }
  }

  private static CentroidSums sums(Iterator<VectorBlock> blocks, Sample sample) {
    return sums(
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return blocks.hasNext();
          }

          @Override
          public VectorBlock next() {
            return blocks.next().select(sample::takes);
          }
        },
        sample.centroids());
  }

  static CentroidSums sums(Iterator<VectorBlock> blocks, Centroids centroids) {
    CentroidSums sums = new CentroidSums(centroids.count(), centroids.dimension());
    try (Assigner assigner = new Assigner(centroids, ProductKernel.best())) {
      while (blocks.hasNext()) {
        VectorBlock block = blocks.next();
        sums.add(block, assigner.assign(block, 1));
      }
    }
    return sums;
  }
}
