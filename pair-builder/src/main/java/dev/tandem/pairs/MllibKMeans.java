package dev.tandem.pairs;

import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Spark MLlib's KMeans as an engine: its own seeding, and a row of doubles for every image. */
final class MllibKMeans {
  private MllibKMeans() {}

  static Centroids fit(SparkBlocks blocks, int clusters, KMeansConfig config, long seed) {
    ProductKernel.best(); // on the driver too MLlib takes its BLAS
    boolean random = config.init() == KMeansConfig.Init.RANDOM;
    KMeansModel model =
        new org.apache.spark.ml.clustering.KMeans()
            .setK(clusters)
            .setSeed(seed)
            .setMaxIter(config.iterations())
            .setTol(config.tolerance())
            .setInitMode(random ? "random" : "k-means||")
            .fit(features(blocks));
    Vector[] centers = model.clusterCenters();
    int dimension = centers[0].size();
    double[] values = new double[centers.length * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = centers[i / dimension].apply(i % dimension);
    }
    return new Centroids(values, dimension);
  }

  /** Column {@code features}. */
  private static Dataset<Row> features(SparkBlocks blocks) {
    JavaRDD<Row> rows = blocks.blocks().flatMap(MllibKMeans::rows);
    StructType schema = new StructType().add("features", SQLDataTypes.VectorType(), false);
    return blocks.session().createDataFrame(rows, schema);
  }

  private static Iterator<Row> rows(VectorBlock block) {
    ProductKernel.best(); // loads our BLAS before MLlib looks for one
    Stream<Row> rows =
        IntStream.range(0, block.rows())
            .mapToObj(row -> RowFactory.create(new DenseVector(Vectors.toDoubles(block.row(row)))));
    return rows.iterator();
  }
}
