package dev.tandem.pairs;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;

/**
 * A {@link BlockKMeansModel} in a folder: its parameters as Spark writes those of every stage, its
 * centres in {@code data} as MLlib's KMeansModel writes them, one row ({@code clusterIdx}, {@code
 * clusterCenter}) a cluster.
 */
final class KMeansModelFiles {
  private static final String DATA = "/data";
  private static final StructType SCHEMA =
      new StructType()
          .add("clusterIdx", DataTypes.IntegerType, false)
          .add("clusterCenter", SQLDataTypes.VectorType(), false);

  private KMeansModelFiles() {}

  /** Writes a model. */
  static final class Writer extends MLWriter {
    private final BlockKMeansModel model;

    Writer(BlockKMeansModel model) {
      this.model = model;
    }

    @Override
    public void saveImpl(String path) {
      DefaultParamsWriter.saveMetadata(model, path, sparkSession());
      List<Row> rows = new ArrayList<>();
      for (Vector center : model.clusterCenters()) {
        rows.add(RowFactory.create(rows.size(), center));
      }
      sparkSession().createDataFrame(rows, SCHEMA).coalesce(1).write().parquet(path + DATA);
    }
  }

  /** Reads a model. */
  static final class Reader extends MLReader<BlockKMeansModel> {
    @Override
    public BlockKMeansModel load(String path) {
      DefaultParamsReader.Metadata metadata =
          DefaultParamsReader.loadMetadata(path, sparkSession(), BlockKMeansModel.class.getName());
      List<Row> rows =
          sparkSession().read().parquet(path + DATA).orderBy("clusterIdx").collectAsList();
      int dimension = rows.get(0).<Vector>getAs(1).size();
      double[] values = new double[Math.multiplyExact(rows.size(), dimension)];
      for (int cluster = 0; cluster < rows.size(); cluster++) {
        double[] center = rows.get(cluster).<Vector>getAs(1).toArray();
        System.arraycopy(center, 0, values, cluster * dimension, dimension);
      }
      BlockKMeansModel model =
          new BlockKMeansModel(metadata.uid(), new Centroids(values, dimension));
      metadata.getAndSetParams(model, Option.empty());
      return model;
    }
  }
}
