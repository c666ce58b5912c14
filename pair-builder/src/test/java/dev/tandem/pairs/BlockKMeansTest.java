package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockKMeansTest {
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
