package dev.tandem.pairs;

import dev.tandem.schemas.random.RandomKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Where centres start. {@link #parallel} is k-means|| (Bahmani et al. 2012): some rounds draw K
 * rows each, with probabilities that grow with the squared distance to what was drawn before, and
 * k-means++ chooses K of these by the rows that are nearest to them. Draws are keyed by the rows'
 * indexes, and a round draws exactly K rows (Efraimidis and Spirakis 2006), so nothing depends on
 * partitions.
 */
final class Seeding {
  private static final int ROUNDS = 2;

  private Seeding() {}

  /** The rows of the given indexes, in their order. */
  static Centroids rows(RowBlocks rows, BitSet wanted) {
    List<VectorBlock> found =
        rows.aggregate(
            wanted,
            Seeding::select,
            (first, second) -> {
              first.addAll(second);
              return first;
            });
    TreeMap<Integer, float[]> ordered = new TreeMap<>();
    for (VectorBlock block : found) {
      for (int row = 0; row < block.rows(); row++) {
        ordered.put(block.indexes()[row], block.row(row));
      }
    }
    int dimension = ordered.firstEntry().getValue().length;
    double[] values = new double[ordered.size() * dimension];
    int offset = 0;
    for (float[] row : ordered.values()) {
      System.arraycopy(Vectors.toDoubles(row), 0, values, offset, dimension);
      offset += dimension;
    }
    return new Centroids(values, dimension);
  }

  /** The places of the smallest numbers; ties go to the lower place. */
  static BitSet smallest(long[] numbers, int count) {
    BitSet chosen = new BitSet();
    IntStream.range(0, numbers.length)
        .boxed()
        .sorted(Comparator.comparingLong((Integer i) -> numbers[i]).thenComparing(i -> i))
        .limit(count)
        .forEach(chosen::set);
    return chosen;
  }

  private static List<VectorBlock> select(Iterator<VectorBlock> blocks, BitSet wanted) {
    List<VectorBlock> found = new ArrayList<>();
    blocks.forEachRemaining(
        block -> {
          VectorBlock rows = block.select(wanted::get);
          if (rows.rows() > 0) {
            found.add(rows);
          }
        });
    return found;
  }

  /** Draws K centres; the first round measures distances to the row with index {@code first}. */
  static Centroids parallel(RowBlocks rows, int first, int clusters, long seed) {
    RandomKey key = RandomKey.of(seed).with("k-means||");
    BitSet drawn = new BitSet();
    drawn.set(first);
    Centroids candidates = rows(rows, drawn);
    for (int round = 0; round < ROUNDS; round++) {
      Draw draw = new Draw(candidates, key.with(round), clusters);
      for (Lot lot : rows.aggregate(draw, Seeding::draw, draw::best)) {
        drawn.set(lot.index());
      }
      candidates = rows(rows, drawn);
    }
    CentroidSums nearest = rows.aggregate(candidates, KMeans::sums, CentroidSums::merge);
    double[] weights = new double[candidates.count()];
    Arrays.setAll(weights, nearest::count);
    return new PlusPlus(candidates, weights).choose(clusters, key.with("k-means++").random());
  }

  /** A row's lot: the lower, the more likely it is drawn. */
  private record Lot(int index, double number) implements Serializable {
    static final Comparator<Lot> ORDER =
        Comparator.comparingDouble(Lot::number).thenComparingInt(Lot::index);
  }

  /** A round. */
  private record Draw(Centroids candidates, RandomKey key, int count) implements Serializable {
    List<Lot> best(List<Lot> first, List<Lot> second) {
      first.addAll(second);
      first.sort(Lot.ORDER);
      return new ArrayList<>(first.subList(0, Math.min(count, first.size())));
    }
  }

  private static List<Lot> draw(Iterator<VectorBlock> blocks, Draw draw) {
    List<Lot> best = new ArrayList<>();
    try (Assigner assigner = new Assigner(draw.candidates(), ProductKernel.best())) {
      while (blocks.hasNext()) {
        VectorBlock block = blocks.next();
        double[] distances = assigner.assign(block, 1).squaredDistances();
        List<Lot> lots = new ArrayList<>();
        for (int row = 0; row < block.rows(); row++) {
          int index = block.indexes()[row];
          double uniform = 1 - draw.key().with(index).random().nextDouble();
          if (distances[row] > 0) {
            lots.add(new Lot(index, -StrictMath.log(uniform) / distances[row]));
          }
        }
        best = draw.best(best, lots);
      }
    }
    return best;
  }
}
