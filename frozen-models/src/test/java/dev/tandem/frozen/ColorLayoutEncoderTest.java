package dev.tandem.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColorLayoutEncoderTest {
  /** Single precision of a sum of several hundred squares. */
  private static final double ROUNDING = 1e-5;

  private final ColorLayoutEncoder encoder = new ColorLayoutEncoder();

  @Test
  void vectorsHaveLengthOneAndTheStatedDimension() {
    for (RgbImage image : List.of(noise(1, 32), noise(2, 17), flat(0), flat(128), flat(255))) {
      float[] vector = encode(image);
      assertThat(vector).hasSize(encoder.dimension());
      assertThat(cosine(vector, vector)).isEqualTo(1, within(ROUNDING));
    }
  }

  @Test
  void sameBitsWhateverTheBatch() {
    List<RgbImage> images = List.of(noise(1, 32), noise(2, 40), noise(3, 8));
    float[][] batch = encoder.encode(images);
    for (int i = 0; i < images.size(); i++) {
      assertThat(encode(images.get(i))).isEqualTo(batch[i]);
    }
  }

  @Test
  void sameBitsOnEveryPlatform() {
    float[] vector = encode(noise(7, 48));
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length);
    for (float value : vector) {
      bytes.putFloat(value);
    }
    // Pins the recipe: whoever changes a vector raises the version in the encoder's digest.
    assertThat(Digests.hex(Digests.sha256().digest(bytes.array()))).isEqualTo(PINNED_VECTOR);
    assertThat(encoder.digest()).isEqualTo(PINNED_DIGEST);
  }

  @Test
  void hardlyChangesWithTheSizeOfTheImage() {
    RgbImage disc = disc(64, 22, 0xC02020, 0xE0E0E0);
    assertThat(cosine(encode(disc), encode(disc(128, 44, 0xC02020, 0xE0E0E0)))).isGreaterThan(0.98);
  }

  @Test
  void tellsColoursAndShapesApart() {
    float[] redDisc = encode(disc(64, 22, 0xC02020, 0xE0E0E0));
    float[] shifted = encode(disc(64, 20, 0xB02828, 0xD8E0E0));
    float[] blueDisc = encode(disc(64, 22, 0x2020C0, 0xE0E0E0));
    float[] grain = encode(noise(5, 64));
    assertThat(cosine(redDisc, shifted)).isGreaterThan(cosine(redDisc, blueDisc));
    assertThat(cosine(redDisc, blueDisc)).isGreaterThan(cosine(redDisc, grain));
  }

  private float[] encode(RgbImage image) {
    return encoder.encode(List.of(image))[0];
  }

  private static double cosine(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  private static RgbImage noise(long seed, int side) {
    CounterRandom random = RandomKey.of(seed).random();
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) random.nextInt(256);
    }
    return new RgbImage(side, side, rgb);
  }

  private static RgbImage flat(int gray) {
    byte[] rgb = new byte[8 * 8 * 3];
    java.util.Arrays.fill(rgb, (byte) gray);
    return new RgbImage(8, 8, rgb);
  }

  private static RgbImage disc(int side, int radius, int inside, int outside) {
    byte[] rgb = new byte[side * side * 3];
    for (int i = 0; i < side * side; i++) {
      int dx = 2 * (i % side) - side + 1;
      int dy = 2 * (i / side) - side + 1;
      int color = dx * dx + dy * dy <= 4 * radius * radius ? inside : outside;
      rgb[3 * i] = (byte) (color >> 16);
      rgb[3 * i + 1] = (byte) (color >> 8);
      rgb[3 * i + 2] = (byte) color;
    }
    return new RgbImage(side, side, rgb);
  }

  private static final String PINNED_VECTOR =
      "b33a1b3708dd4a3e5e916827b05c6e6ad6b06d836c89a48a4eb26bbefe9ae366";
  private static final String PINNED_DIGEST =
      "308add360b79f717dce570ac44d47bfbe9948f16397412b210334fdab0493d85";
}
