package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockKMeansTest {
  /** Rounding of a few additions in double precision. */
  private static final double UNIT = 1e-12;

  private static final StructType SCHEMA =
      new StructType()
          .add("number", DataTypes.IntegerType)
          .add("features", SQLDataTypes.VectorType());

  @Test
  void orderAndPartitionsOfTheRowsChangeNothing() {
    List<Row> rows = rows();
    Dataset<Row> table = TestSpark.session().createDataFrame(rows, SCHEMA);
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(4));
    Dataset<Row> other = TestSpark.session().createDataFrame(shuffled, SCHEMA).repartition(3);
    for (String mode : List.of("random", "k-means||")) {
      BlockKMeans kmeans = new BlockKMeans().setK(4).setSeed(5).setInitMode(mode);
      BlockKMeansModel model = kmeans.fit(table);
      assertThat(kmeans.fit(other).clusterCenters()).isEqualTo(model.clusterCenters());
      List<Row> predicted = model.transform(table).collectAsList();
      assertThat(predicted).extracting(row -> row.getInt(0)).hasSize(rows.size());
      assertThat(predicted).allSatisfy(row -> assertThat(row.getInt(2)).isBetween(0, 3));
    }
  }

  @Test
  void theParametersAreSaved(@TempDir Path folder) throws Exception {
    TestSpark.session(); // writes the file
    String path = folder.resolve("kmeans").toString();
    new BlockKMeans().setK(7).setTol(0.5).save(path);
    BlockKMeans loaded = BlockKMeans.load(path);
    assertThat(loaded.getOrDefault(loaded.k())).isEqualTo(7);
    assertThat(loaded.getOrDefault(loaded.tol())).isEqualTo(0.5);
  }

  @Test
  void aFittedPipelineIsSaved(@TempDir Path folder) throws Exception {
    Dataset<Row> table = TestSpark.session().createDataFrame(rows(), SCHEMA);
    BlockKMeans kmeans =
        new BlockKMeans().setK(4).setPredictionCol("cluster").setDistanceMeasure("cosine");
    PipelineModel fitted = new Pipeline().setStages(new PipelineStage[] {kmeans}).fit(table);
    String path = folder.resolve("pipeline").toString();
    fitted.save(path);
    fitted.write().overwrite().save(path);

    PipelineModel loaded = PipelineModel.load(path);
    BlockKMeansModel model = (BlockKMeansModel) fitted.stages()[0];
    BlockKMeansModel same = (BlockKMeansModel) loaded.stages()[0];
    assertThat(same.uid()).isEqualTo(model.uid());
    assertThat(same.clusterCenters()).isEqualTo(model.clusterCenters());
    assertThat(same.extractParamMap().toString()).isEqualTo(model.extractParamMap().toString());
    assertThat(loaded.transform(table).collectAsList())
        .isEqualTo(fitted.transform(table).collectAsList());
    assertThat(same.copy(ParamMap.empty()).uid()).isEqualTo(model.uid());
    assertThat(model.parent()).isSameAs(kmeans);
  }

  @Test
  void aModelIsSavedAlone(@TempDir Path folder) throws Exception {
    Dataset<Row> table = TestSpark.session().createDataFrame(rows(), SCHEMA);
    BlockKMeansModel model = new BlockKMeans().setK(3).fit(table);
    String path = folder.resolve("model").toString();
    model.save(path);
    assertThat(BlockKMeansModel.load(path).transform(table).collectAsList())
        .isEqualTo(model.transform(table).collectAsList());
    assertThatThrownBy(() -> BlockKMeans.load(path)).hasMessageContaining("BlockKMeans");
  }

  @Test
  void byCosineLengthsDoNotCount() {
    List<Row> rows = rows();
    List<Row> scaled = new ArrayList<>();
    for (Row row : rows) {
      double[] values = row.<DenseVector>getAs(1).values().clone();
      for (int d = 0; d < values.length; d++) {
        values[d] *= 1 << row.getInt(0) % 5;
      }
      scaled.add(RowFactory.create(row.getInt(0), new DenseVector(values)));
    }
    BlockKMeans kmeans =
        new BlockKMeans().setK(4).setInitMode("random").setDistanceMeasure("cosine");
    for (int batch : List.of(0, 30)) {
      kmeans.setBatchSize(batch);
      Dataset<Row> table = TestSpark.session().createDataFrame(rows, SCHEMA);
      BlockKMeansModel model = kmeans.fit(table);
      BlockKMeansModel other = kmeans.fit(TestSpark.session().createDataFrame(scaled, SCHEMA));
      assertThat(other.clusterCenters()).isEqualTo(model.clusterCenters());
      for (Vector center : model.clusterCenters()) {
        assertThat(org.apache.spark.ml.linalg.Vectors.norm(center, 2)).isCloseTo(1, within(UNIT));
      }
    }
    rows.add(RowFactory.create(80, new DenseVector(new double[3])));
    Dataset<Row> table = TestSpark.session().createDataFrame(rows, SCHEMA);
    assertThatThrownBy(() -> kmeans.fit(table))
        .hasStackTraceContaining("Cannot cluster by cosine: found a vector of length 0.0");
  }

  @Test
  void batchesThatHoldAllRowsMoveTheCentresAsAFirstPassDoes() {
    Dataset<Row> table = TestSpark.session().createDataFrame(rows(), SCHEMA);
    BlockKMeans kmeans = new BlockKMeans().setK(4).setSeed(5).setInitMode("random").setMaxIter(1);
    Vector[] pass = kmeans.fit(table).clusterCenters();
    Vector[] batch = kmeans.setBatchSize(80).fit(table).clusterCenters();
    for (int k = 0; k < pass.length; k++) {
      assertThat(batch[k].toArray()).containsExactly(pass[k].toArray(), within(UNIT));
    }
  }

  @Test
  void columnsOfAnotherTypeAreRefused() {
    Dataset<Row> table = TestSpark.session().createDataFrame(rows(), SCHEMA);
    assertThatThrownBy(() -> new BlockKMeans().setFeaturesCol("number").fit(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot cluster column number: found type int (must be vector)");
  }

  @Test
  void vectorsOfAnotherLengthOrWithoutANumberAreRefused() {
    for (double[] odd : List.of(new double[] {1, 2}, new double[] {1, 2, Double.NaN})) {
      List<Row> rows = rows();
      rows.add(RowFactory.create(80, new DenseVector(odd)));
      Dataset<Row> table = TestSpark.session().createDataFrame(rows, SCHEMA);
      assertThatThrownBy(() -> new BlockKMeans().fit(table))
          .hasStackTraceContaining("Cannot cluster: found a vector of " + odd.length + " values")
          .hasStackTraceContaining("(must be 3 finite values)");
    }
  }

  private static List<Row> rows() {
    VectorBlock block = KMeansTest.random(1, 80, 3);
    List<Row> rows = new ArrayList<>();
    for (int row = 0; row < block.rows(); row++) {
      double[] values = Vectors.toDoubles(block.row(row));
      rows.add(RowFactory.create(row, new DenseVector(values)));
    }
    return rows;
  }
}
