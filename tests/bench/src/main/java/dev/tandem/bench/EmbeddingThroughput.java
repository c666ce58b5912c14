package dev.tandem.bench;

import dev.tandem.pairs.ImageEmbedder;
import dev.tandem.schemas.image.RgbImage;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.spark.api.java.function.ForeachFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Images a second from JPEG files to vectors, decoding and resizing included, by the transformer
 * that builds of pairs use. Arguments: model, images (several numbers with commas between them: a
 * line for each), threads.
 */
final class EmbeddingThroughput {
  private static final int WIDTH = 500;
  private static final int HEIGHT = 375;
  private static final int BATCH = 16;
  private static final double TARGET = 22;

  private EmbeddingThroughput() {}

  public static void main(String[] arguments) throws IOException {
    String model = arguments[0];
    int[] counts = Stream.of(arguments[1].split(",")).mapToInt(Integer::parseInt).toArray();
    int threads = Integer.parseInt(arguments[2]);
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[" + threads + "]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate()) {
      ImageEmbedder embedder =
          new ImageEmbedder().setEngine("OnnxRuntime").setModelUrl(model).setBatchSize(BATCH);
      for (int count : counts) {
        measure(spark, embedder, count, threads);
      }
    }
  }

  private static void measure(SparkSession spark, ImageEmbedder embedder, int count, int threads)
      throws IOException {
    List<Row> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(RowFactory.create(jpeg(new Random(i))));
    }
    Dataset<Row> images =
        spark
            .createDataFrame(files, StructType.fromDDL("image BINARY"))
            .repartition(threads)
            .cache();
    images.count();
    embedder.transform(images.limit(2 * BATCH)).foreach((ForeachFunction<Row>) row -> {});
    long start = System.nanoTime();
    double computed = ProcessorTime.seconds();
    embedder.transform(images).foreach((ForeachFunction<Row>) row -> {});
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%d images in %.1f s: %.1f images/s (target %.0f on two idle cores), %.1f CPU ms an image%n",
        count,
        seconds,
        count / seconds,
        TARGET,
        1e3 * (ProcessorTime.seconds() - computed) / count);
    images.unpersist();
  }

  /** Rectangles in random colours over noise, about as many bytes as a photograph of this size. */
  private static byte[] jpeg(Random random) throws IOException {
    byte[] noise = new byte[3 * WIDTH * HEIGHT];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (byte) (110 + random.nextInt(36));
    }
    BufferedImage image = new RgbImage(WIDTH, HEIGHT, noise).toBufferedImage();
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 12; i++) {
      graphics.setColor(new Color(random.nextInt(0x1000000)));
      graphics.fillRect(random.nextInt(WIDTH), random.nextInt(HEIGHT), 90, 60);
    }
    graphics.dispose();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", bytes);
    return bytes.toByteArray();
  }
}
