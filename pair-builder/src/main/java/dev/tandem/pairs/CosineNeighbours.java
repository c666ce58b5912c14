package dev.tandem.pairs;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * Links images whose embeddings have at least a given cosine, exactly. Blocks of rows are compared
 * with blocks of rows; a comparison ends as soon as the squared distance, which only grows from
 * component to component, is too large for the cosine. Most end early, since the threshold is high.
 * A task returns at most one link for each row, however many rows are alike.
 */
final class CosineNeighbours {
  private static final int BLOCK_ROWS = 1024;

  /** Components added between two looks at the distance. */
  private static final int STRIDE = 32;

  /** Vectors have length one up to single precision; what it may do to a distance or a cosine. */
  private static final double ROUNDING = 1e-6;

  private CosineNeighbours() {}

  /**
   * The groups of images by embedding.
   *
   * @param vectors columns {@code sample_id}, {@code vector}; others than the given ids are ignored
   * @param ids ascending; an image's index is its id's place
   */
  static DuplicateGroups link(Dataset<Row> vectors, String[] ids, double cosine) {
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(vectors.sparkSession().sparkContext());
    Broadcast<String[]> shared = spark.broadcast(ids);
    JavaRDD<Block> blocks =
        vectors
            .select("sample_id", "vector")
            .repartition(spark.defaultParallelism())
            .toJavaRDD()
            .mapPartitions(rows -> blocks(rows, shared.value()))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      DuplicateGroups groups = new DuplicateGroups(ids.length);
      blocks
          .cartesian(blocks)
          .filter(pair -> pair._1().id() <= pair._2().id())
          .flatMap((Tuple2<Block, Block> pair) -> links(pair._1(), pair._2(), cosine).iterator())
          .collect()
          .forEach(link -> groups.link(link[0], link[1]));
      return groups;
    } finally {
      blocks.unpersist();
      shared.destroy();
    }
  }

  /** Rows of the matrix of all vectors: {@code [N, D]}. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(int[] indexes, float[] values) implements Serializable {
    int id() {
      return indexes[0];
    }

    int dimension() {
      return values.length / indexes.length;
    }
  }

  private static Iterator<Block> blocks(Iterator<Row> rows, String[] ids) {
    List<Block> blocks = new ArrayList<>();
    int[] indexes = new int[BLOCK_ROWS];
    List<byte[]> vectors = new ArrayList<>();
    while (rows.hasNext()) {
      Row row = rows.next();
      int index = Arrays.binarySearch(ids, row.getString(0));
      if (index >= 0) {
        indexes[vectors.size()] = index;
        vectors.add((byte[]) row.get(1));
      }
      if (vectors.size() == BLOCK_ROWS || (!rows.hasNext() && !vectors.isEmpty())) {
        blocks.add(new Block(Arrays.copyOf(indexes, vectors.size()), values(vectors)));
        vectors.clear();
      }
    }
    return blocks.iterator();
  }

  private static float[] values(List<byte[]> vectors) {
    int dimension = vectors.get(0).length / Float.BYTES;
    float[] values = new float[vectors.size() * dimension];
    for (int i = 0; i < vectors.size(); i++) {
      ByteBuffer.wrap(vectors.get(i))
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values, i * dimension, dimension);
    }
    return values;
  }

  private static List<int[]> links(Block left, Block right, double cosine) {
    boolean same = left.id() == right.id();
    int offset = same ? 0 : left.indexes().length;
    DuplicateGroups local = new DuplicateGroups(offset + right.indexes().length);
    List<int[]> links = new ArrayList<>();
    for (int i = 0; i < left.indexes().length; i++) {
      for (int j = same ? i + 1 : 0; j < right.indexes().length; j++) {
        boolean known = local.first(i) == local.first(offset + j);
        if (!known && alike(left, i, right, j, cosine)) {
          local.link(i, offset + j);
          links.add(new int[] {left.indexes()[i], right.indexes()[j]});
        }
      }
    }
    return links;
  }

  private static boolean alike(Block left, int i, Block right, int j, double cosine) {
    int dimension = left.dimension();
    double most = 2 - 2 * cosine + ROUNDING;
    double squares = 0;
    for (int start = 0; start < dimension; start += STRIDE) {
      int count = Math.min(STRIDE, dimension - start);
      squares +=
          squaredDistance(
              left.values(), i * dimension + start, right.values(), j * dimension + start, count);
      if (squares > most) {
        return false;
      }
    }
    double product = 0;
    for (int d = 0; d < dimension; d++) {
      product += (double) left.values()[i * dimension + d] * right.values()[j * dimension + d];
    }
    return product >= cosine - ROUNDING;
  }

  private static float squaredDistance(float[] a, int atA, float[] b, int atB, int count) {
    float sum = 0;
    for (int d = 0; d < count; d++) {
      float difference = a[atA + d] - b[atB + d];
      sum += difference * difference;
    }
    return sum;
  }
}
