package dev.tandem.frozen;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class DifferenceHashTest {
  private static final int SIDE = 96;

  /** Bits that copies may differ in, as the settings have it; others' images differ in about 32. */
  private static final int COPY = 4;

  private static long hash(RgbImage image) {
    try (DifferenceHash encoder = new DifferenceHash()) {
      return DifferenceHash.bits(FloatBuffer.wrap(encoder.prepare(image)));
    }
  }

  private static int distance(RgbImage one, RgbImage other) {
    return Long.bitCount(hash(one) ^ hash(other));
  }

  /** Soft hills of brightness, as photographs have. */
  private static RgbImage picture(long seed, double brightness) {
    Random random = new Random(seed);
    double[] waves = random.doubles(24, -1, 1).toArray();
    byte[] rgb = new byte[3 * SIDE * SIDE];
    for (int i = 0; i < rgb.length; i++) {
      double x = (double) (i / 3 % SIDE) / SIDE;
      double y = (double) (i / 3 / SIDE) / SIDE;
      double value = 128;
      for (int w = 0; w < waves.length; w += 4) {
        value += 25 * Math.sin(15 * (waves[w] * x + waves[w + 1] * y) + 6 * waves[w + 2]);
      }
      rgb[i] = (byte) Math.max(0, Math.min(255, value * brightness));
    }
    return new RgbImage(SIDE, SIDE, rgb);
  }

  private static RgbImage asJpeg(RgbImage image) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(image.toBufferedImage(), "jpg", bytes);
    return RgbImage.decode(bytes.toByteArray());
  }

  @Test
  void copiesAtOtherSizesQualitiesAndBrightnessDifferInFewBits() throws IOException {
    for (int seed = 0; seed < 20; seed++) {
      RgbImage image = picture(seed, 1);
      assertThat(distance(image, image.resize(40, 40))).isLessThanOrEqualTo(COPY);
      assertThat(distance(image, asJpeg(image))).isLessThanOrEqualTo(COPY);
      assertThat(distance(image, picture(seed, 0.9))).isLessThanOrEqualTo(COPY);
      assertThat(distance(image, picture(seed + 100, 1))).isGreaterThan(2 * COPY);
    }
  }

  @Test
  void aBitSaysThatTheRightNeighbourIsLighter() {
    byte[] rising = new byte[3 * 9 * 8];
    for (int i = 0; i < rising.length; i++) {
      rising[i] = (byte) (i / 3 % 9 * 20);
    }
    assertThat(hash(new RgbImage(9, 8, rising))).isEqualTo(-1L);
    assertThat(hash(new RgbImage(9, 8, new byte[rising.length]))).isZero();
  }

  @Test
  void theVectorHasLengthOne() {
    try (DifferenceHash encoder = new DifferenceHash()) {
      double squares = 0;
      for (float value : encoder.prepare(picture(1, 1))) {
        squares += value * value;
      }
      assertThat(squares).isEqualTo(1);
    }
  }
}
