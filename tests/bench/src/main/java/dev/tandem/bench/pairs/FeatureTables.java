package dev.tandem.bench.pairs;

import dev.tandem.frozen.ColorLayoutEncoder;
import dev.tandem.frozen.ImageEncoder;
import dev.tandem.frozen.ImageEncoders;
import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/** Puts features into the tables that a build reads, as if an encoder had made them of images. */
final class FeatureTables {
  private static final int ROWS_PER_TASK = 4096;

  private final String file;
  private final Size size;

  FeatureTables(Path folder, Size size) {
    this.file = folder.resolve("features.f32").toString();
    this.size = size;
  }

  void write(Warehouse warehouse) {
    int understanding = size.understanding();
    append(warehouse, Table.SAMPLES, numbers(warehouse).map(n -> sample(n, n < understanding)));
    String digest = digest();
    int dimension = size.dimension();
    String features = file;
    append(
        warehouse,
        Table.EMBEDDINGS,
        numbers(warehouse)
            .mapPartitions(
                numbers -> embeddings(numbers, understanding, digest, features, dimension)));
  }

  private JavaRDD<Integer> numbers(Warehouse warehouse) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(warehouse.spark().sparkContext());
    int tasks = (size.images() + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    return spark.parallelize(IntStream.range(0, size.images()).boxed().toList(), tasks);
  }

  private static void append(Warehouse warehouse, Table table, JavaRDD<Row> rows) {
    Dataset<Row> data = warehouse.spark().createDataFrame(rows, StructType.fromDDL(table.ddl()));
    warehouse.append(table, data);
  }

  private static String digest() {
    try (ImageEncoder encoder = ImageEncoders.open(ColorLayoutEncoder.NAME)) {
      return encoder.digest();
    }
  }

  private static String id(int number, boolean understanding) {
    return Identifiers.sampleId(understanding ? "understanding" : "generation", "" + number);
  }

  private static Row sample(int number, boolean understanding) {
    byte[] image = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    return RowFactory.create(
        id(number, understanding),
        understanding ? "understanding" : "generation",
        image,
        "png",
        1,
        1,
        Identifiers.sha256(image),
        null,
        "a prompt",
        "A question?",
        null,
        "A",
        null,
        "{}",
        "{}",
        "generated:" + number,
        "imported");
  }

  private static Iterator<Row> embeddings(
      Iterator<Integer> numbers, int understanding, String digest, String file, int dimension) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return numbers.hasNext();
      }

      @Override
      public Row next() {
        int number = numbers.next();
        return RowFactory.create(
            id(number, number < understanding),
            ColorLayoutEncoder.NAME,
            digest,
            dimension,
            read(file, (long) number * dimension * Float.BYTES, dimension * Float.BYTES));
      }
    };
  }

  private static byte[] read(String file, long from, int length) {
    byte[] bytes = new byte[length];
    try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
      in.seek(from);
      in.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }
}
