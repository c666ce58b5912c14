package dev.tandem.pairs;

import dev.tandem.schemas.Identifiers;
import java.io.Serializable;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Vectors of a column as rows in single precision.
 *
 * @param dimension of every vector
 * @param directions whether only the vectors' directions count: rows have length one then
 */
record FeatureRows(int dimension, boolean directions) implements Serializable {

  /** Rows by their place in the order of their digests, which no partitioning can change. */
  JavaPairRDD<Integer, byte[]> placed(Dataset<Row> vectors) {
    return vectors
        .toJavaRDD()
        .mapToPair(
            row -> {
              byte[] bytes = Vectors.toBytes(floats(row.get(0)));
              return new Tuple2<>(Identifiers.sha256(bytes), bytes);
            })
        .sortByKey()
        .values()
        .zipWithIndex()
        .mapToPair(row -> new Tuple2<>(Math.toIntExact(row._2()), row._1()));
  }

  /** One vector. */
  float[] floats(Object vector) {
    double[] exact = ((Vector) vector).toArray();
    float[] values = Vectors.toFloats(exact);
    if (values.length != dimension || !Vectors.isFinite(values)) {
      throw new IllegalArgumentException(
          "Cannot cluster: found a vector of %d values%s (must be %d finite values)"
              .formatted(
                  values.length, Vectors.isFinite(values) ? "" : ", some not finite", dimension));
    }
    if (directions) {
      double length = Math.sqrt(Vectors.dot(exact, 0, exact, 0, dimension));
      if (!(length > 0 && length < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "Cannot cluster by cosine: found a vector of length %s (must have a direction)"
                .formatted(length));
      }
      for (int d = 0; d < dimension; d++) {
        values[d] = (float) (exact[d] / length);
      }
    }
    return values;
  }
}
