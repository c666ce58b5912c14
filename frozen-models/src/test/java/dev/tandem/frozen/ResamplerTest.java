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
    float[] same = Resampler.resize(gray(0, 100, 200, 255), 4, 1, Interpolation.BILINEAR);
    assertThat(red(same)).containsExactly(new float[] {0, 100, 200, 255}, within(ROUNDING));
  }

  @Test
  void reducesWithTheTriangleFilter() {
    // Support 2 around the centres 1 and 3: weights 3/4, 3/4, 1/4 of the first output sum to 7/4.
    float[] half = Resampler.resize(gray(0, 100, 200, 255), 2, 1, Interpolation.BILINEAR);
    float first = (0.75f * 0 + 0.75f * 100 + 0.25f * 200) / 1.75f;
    float second = (0.25f * 100 + 0.75f * 200 + 0.75f * 255) / 1.75f;
    assertThat(red(half)).containsExactly(new float[] {first, second}, within(ROUNDING));
  }

  @Test
  void enlargesLinearly() {
    // Centres at 0.25, 0.75, 1.25, 1.75 of two pixels with centres 0.5 and 1.5.
    float[] twice = Resampler.resize(gray(0, 100), 4, 1, Interpolation.BILINEAR);
    assertThat(red(twice)).containsExactly(new float[] {0, 25, 75, 100}, within(ROUNDING));
  }

  @Test
  void enlargesWithTheCubicFilter() {
    // 0.25 before the middle of two pixels: the filter at 0.75, 0.25 and, where the edge cuts the
    // others off, the two are normalised: w(x) = 1.5 x^3 - 2.5 x^2 + 1 for x below 1.
    float[] twice = Resampler.resize(gray(0, 100), 4, 1, Interpolation.BICUBIC);
    double near = 1.5 / 64 - 2.5 / 16 + 1;
    double far = 1.5 * 27 / 64 - 2.5 * 9 / 16 + 1;
    double second = 100 * far / (near + far);
    assertThat(red(twice)[1]).isCloseTo((float) second, within(ROUNDING));
    assertThat(red(twice)[2]).isCloseTo((float) (100 - second), within(ROUNDING));
  }

  @Test
  void treatsRowsAsColumns() {
    byte[] column = {0, 0, 0, 100, 100, 100};
    float[] twice = Resampler.resize(new RgbImage(1, 2, column), 1, 4, Interpolation.BILINEAR);
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
