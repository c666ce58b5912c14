package dev.tandem.bench.pairs;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Features of images that were never drawn: a mixture of clusters whose sizes fall as a power of
 * their rank. Two members of a cluster have about the cosine of the cluster, from 0.3 to 0.95, so
 * that is how similar nearest neighbours are. Every row depends on the seed and its number only.
 */
final class Features {
  private static final long SEED = 20_260_101;
  private static final double LEAST_COSINE = 0.3;
  private static final double MOST_COSINE = 0.95;

  /** Images per cluster of the mixture, on average. */
  private static final int IMAGES_PER_CLUSTER = 40;

  private final Size size;
  private final int clusters;

  Features(Size size) {
    this.size = size;
    this.clusters = Math.max(1, size.images() / IMAGES_PER_CLUSTER);
  }

  /** Writes {@code features.f32}, rows of little-endian floats, and {@code size.json}. */
  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("size.json"),
        String.format(
            Locale.ROOT,
            "{\"images\": %d, \"understanding\": %d, \"dimension\": %d, \"clusters\": %d,"
                + " \"iterations\": %d}%n",
            size.images(),
            size.understanding(),
            size.dimension(),
            size.clusters(),
            size.iterations()));
    try (OutputStream out =
        new BufferedOutputStream(Files.newOutputStream(folder.resolve("features.f32")), 1 << 20)) {
      for (int row = 0; row < size.images(); row++) {
        out.write(bytes(row(row)));
      }
    }
  }

  private double[] row(int row) {
    SplittableRandom random = new SplittableRandom(SEED * 31 + row);
    // The density of the ranks falls as their inverse.
    int cluster = (int) Math.pow(clusters, random.nextDouble()) - 1;
    SplittableRandom home = new SplittableRandom(SEED * 37 - cluster);
    double cosine = LEAST_COSINE + (MOST_COSINE - LEAST_COSINE) * home.nextDouble();
    double[] centre = unit(home);
    double[] own = unit(random);
    double square = 0;
    for (int d = 0; d < own.length; d++) {
      own[d] = Math.sqrt(cosine) * centre[d] + Math.sqrt(1 - cosine) * own[d];
      square += own[d] * own[d];
    }
    return scaled(own, square);
  }

  private double[] unit(SplittableRandom random) {
    double[] vector = new double[size.dimension()];
    double square = 0;
    for (int d = 0; d < vector.length; d++) {
      vector[d] = random.nextGaussian();
      square += vector[d] * vector[d];
    }
    return scaled(vector, square);
  }

  private static double[] scaled(double[] vector, double square) {
    for (int d = 0; d < vector.length; d++) {
      vector[d] /= Math.sqrt(square);
    }
    return vector;
  }

  private static byte[] bytes(double[] row) {
    ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : row) {
      bytes.putFloat((float) value);
    }
    return bytes.array();
  }
}
