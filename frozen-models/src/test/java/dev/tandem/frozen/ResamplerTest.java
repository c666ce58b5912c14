package dev.tandem.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schemas.image.RgbImage;
import org.junit.jupiter.api.Test;

class ResamplerTest {
  /** Single precision of values up to 255. */
  private static final float ROUNDING = 1e-4f;

  @Test
  void keepsAnImageOfTheSameSize() {
    float[] same = Resampler.resize(gray(0, 100, 200, 255), 4, 1);
    assertThat(red(same)).containsExactly(new float[] {0, 100, 200, 255}, within(ROUNDING));
  }

  @Test
  void reducesWithTheTriangleFilter() {
    // Support 2 around the centres 1 and 3: weights 3/4, 3/4, 1/4 of the first output sum to 7/4.
    float[] half = Resampler.resize(gray(0, 100, 200, 255), 2, 1);
    float first = (0.75f * 0 + 0.75f * 100 + 0.25f * 200) / 1.75f;
    float second = (0.25f * 100 + 0.75f * 200 + 0.75f * 255) / 1.75f;
    assertThat(red(half)).containsExactly(new float[] {first, second}, within(ROUNDING));
  }

  @Test
  void enlargesLinearly() {
    // Centres at 0.25, 0.75, 1.25, 1.75 of two pixels with centres 0.5 and 1.5.
    float[] twice = Resampler.resize(gray(0, 100), 4, 1);
    assertThat(red(twice)).containsExactly(new float[] {0, 25, 75, 100}, within(ROUNDING));
  }

  @Test
  void treatsRowsAsColumns() {
    byte[] column = {0, 0, 0, 100, 100, 100};
    float[] twice = Resampler.resize(new RgbImage(1, 2, column), 1, 4);
    assertThat(red(twice)).containsExactly(new float[] {0, 25, 75, 100}, within(ROUNDING));
  }

  private static RgbImage gray(int... values) {
    byte[] rgb = new byte[values.length * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) values[i / 3];
    }
    return new RgbImage(values.length, 1, rgb);
  }

  private static float[] red(float[] pixels) {
    float[] red = new float[pixels.length / 3];
    for (int i = 0; i < red.length; i++) {
      red[i] = pixels[3 * i];
    }
    return red;
  }
}
