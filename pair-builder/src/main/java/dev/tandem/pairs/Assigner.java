package dev.tandem.pairs;

import java.util.Arrays;

/**
 * Finds the nearest centroids of the rows of blocks, exactly, by |x - c|^2 = |x|^2 - 2 s with the
 * score s = x.c - |c|^2 / 2. Holds the centroids where the kernel wants them: make one per task and
 * close it.
 */
final class Assigner implements AutoCloseable {
  /** Centroids per product: the products of a block with these stay in cache. */
  private static final int TILE = 512;

  private final Centroids centroids;
  private final ProductKernel.Operand operand;
  private final double[] squares;
  private final float[] halves;
  private final double longest;
  private final int[] clusters;
  private float[] products = {};

  Assigner(Centroids centroids, ProductKernel kernel) {
    this(centroids, centroids.clusters(), kernel);
  }

  /** Finds the nearest of the given clusters. */
  Assigner(Centroids centroids, int[] clusters, ProductKernel kernel) {
    this.centroids = centroids.select(clusters);
    this.clusters = clusters;
    this.operand = kernel.operand(this.centroids.floats(), centroids.dimension());
    this.squares = this.centroids.squaredLengths();
    this.halves = new float[squares.length];
    for (int k = 0; k < squares.length; k++) {
      halves[k] = (float) (squares[k] / 2);
    }
    this.longest = Math.sqrt(Arrays.stream(squares).max().orElse(0));
  }

  /** Assigns each row to its {@code nearest} nearest centroids. */
  Assignment assign(VectorBlock block, int nearest) {
    int kept = Math.min(nearest, squares.length);
    int[] rows = block.places();
    Contenders contenders = nearest(block, rows, kept, unbounded(rows.length));
    int[] ids = new int[block.rows() * kept];
    double[] distances = new double[block.rows()];
    for (int row : rows) {
      for (int place = 0; place < kept; place++) {
        ids[row * kept + place] = contenders.id(row, place);
      }
      distances[row] = block.squaredLengths()[row] - 2 * contenders.score(row, 0);
    }
    return new Assignment(ids, kept, distances);
  }

  /** Bounds that let every score count. */
  static double[] unbounded(int rows) {
    double[] least = new double[rows];
    Arrays.fill(least, Double.NEGATIVE_INFINITY);
    return least;
  }

  /**
   * The nearest centroids of some rows of a block with their scores.
   *
   * @param rows their places in the block
   * @param least the smallest score of each of the rows that counts
   */
  Contenders nearest(VectorBlock block, int[] rows, int kept, double[] least) {
    double[] errors = new double[rows.length];
    for (int row = 0; row < errors.length; row++) {
      double length = Math.sqrt(block.squaredLengths()[rows[row]]);
      errors[row] =
          ProductKernel.errorBound(block.dimension(), length * longest)
              + 2 * ProductKernel.UNIT_ROUNDOFF * longest * longest;
    }
    Contenders contenders = new Contenders(errors, kept, least);
    products = products.length < rows.length * TILE ? new float[rows.length * TILE] : products;
    operand.take(block.values(), rows);
    for (int from = 0; from < halves.length; from += TILE) {
      int width = Math.min(TILE, halves.length - from);
      operand.multiply(from, width, products);
      contenders.scan(products, width, halves, from);
    }
    int dimension = block.dimension();
    contenders.settle(
        (row, k) ->
            Vectors.dot(
                    block.values(),
                    rows[row] * dimension,
                    centroids.values(),
                    k * dimension,
                    dimension)
                - squares[k] / 2,
        clusters);
    return contenders;
  }

  @Override
  public void close() {
    operand.close();
  }
}
