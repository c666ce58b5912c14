package dev.tandem.pairs;

import org.apache.spark.ml.clustering.KMeansModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Spark MLlib's KMeans as an engine: its own seeding, and a row of doubles for every image. */
final class MllibKMeans {
  private MllibKMeans() {}

  static Centroids fit(Dataset<Row> features, int clusters, KMeansConfig config, long seed) {
    boolean random = config.init() == KMeansConfig.Init.RANDOM;
    KMeansModel model =
        new org.apache.spark.ml.clustering.KMeans()
            .setK(clusters)
            .setSeed(seed)
            .setMaxIter(config.iterations())
            .setTol(config.tolerance())
            .setInitMode(random ? "random" : "k-means||")
            .fit(features);
    Vector[] centers = model.clusterCenters();
    int dimension = centers[0].size();
    double[] values = new double[centers.length * dimension];
    for (int i = 0; i < values.length; i++) {
      values[i] = centers[i / dimension].apply(i % dimension);
    }
    return new Centroids(values, dimension);
  }
}
