package dev.tandem.frozen;

import dev.tandem.schemas.image.RgbImage;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The difference hash (dHash) of an image as a vector: the image is resized to 9 x 8 grey pixels,
 * and each of 64 bits says whether a pixel is darker than its right neighbour. A set bit is 1/8, a
 * cleared one -1/8, so vectors have length one, and hashes that differ in n bits have the cosine
 * {@code 1 - n / 32}. Copies of an image at other sizes, qualities or brightness differ in few
 * bits.
 */
public final class DifferenceHash implements ImageEncoder {
  /** The name of this encoder. */
  public static final String NAME = "difference_hash";

  /** The number of bits. */
  public static final int BITS = 64;

  /** To be raised with every change that alters a bit. */
  private static final String RECIPE = NAME + " 1";

  private static final int SIDE = 8;
  private static final float VALUE = 0.125f;

  /** Differences below half a level of 255 are rounding, not content. */
  private static final double RESOLUTION = 0.5;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String digest() {
    return Digests.sha256(RECIPE);
  }

  @Override
  public int dimension() {
    return BITS;
  }

  /** All of the work: the image's vector. */
  @Override
  public float[] prepare(RgbImage image) {
    float[] pixels = Resampler.resize(image, SIDE + 1, SIDE, Interpolation.BILINEAR);
    float[] vector = new float[BITS];
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int at = 3 * (y * (SIDE + 1) + x);
        boolean darker = luma(pixels, at + 3) - luma(pixels, at) > RESOLUTION;
        vector[y * SIDE + x] = darker ? VALUE : -VALUE;
      }
    }
    return vector;
  }

  private static double luma(float[] pixels, int at) {
    return 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
  }

  @Override
  public float[][] encodePrepared(List<float[]> prepared) {
    return prepared.toArray(float[][]::new);
  }

  @Override
  public void close() {}

  /** The bits of a vector, the first one lowest. */
  public static long bits(FloatBuffer vector) {
    long bits = 0;
    for (int i = 0; i < BITS; i++) {
      bits |= vector.get(i) > 0 ? 1L << i : 0;
    }
    return bits;
  }
}
