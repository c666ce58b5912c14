package dev.tandem.policy.bagel;

import dev.tandem.schemas.image.RgbImage;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Between images, planes and patches. Pixel values 0..255 stand for [-1, 1]. */
public final class Patches {
  private Patches() {}

  /**
   * Planes for the autoencoder.
   *
   * @return {@code [B, 3, height, width]}; all images must have the same size
   */
  public static Tensor planes(List<RgbImage> images) {
    int width = images.get(0).width();
    int height = images.get(0).height();
    int plane = width * height;
    float[] values = new float[images.size() * 3 * plane];
    for (int b = 0; b < images.size(); b++) {
      byte[] rgb = images.get(b).rgb();
      for (int pixel = 0; pixel < plane; pixel++) {
        for (int c = 0; c < 3; c++) {
          values[(b * 3 + c) * plane + pixel] = (rgb[3 * pixel + c] & 0xFF) / 127.5f - 1;
        }
      }
    }
    return Tensor.create(values, images.size(), 3, height, width);
  }

  /** Images of decoded planes {@code [3, height, width]}: clamped, scaled and truncated. */
  public static RgbImage image(float[] values, int offset, int width, int height) {
    int plane = width * height;
    byte[] rgb = new byte[3 * plane];
    for (int pixel = 0; pixel < plane; pixel++) {
      for (int c = 0; c < 3; c++) {
        float unit = values[offset + c * plane + pixel] / 2 + 0.5f;
        rgb[3 * pixel + c] = (byte) (int) (Math.min(1, Math.max(0, unit)) * 255);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** Row-major patches {@code [B, C, H, W] -> [B, patches, patch * patch * C]}. */
  public static Tensor patchify(Tensor planes, int patch) {
    long batch = planes.size(0);
    long channels = planes.size(1);
    long rows = planes.size(2) / patch;
    long columns = planes.size(3) / patch;
    return planes
        .reshape(batch, channels, rows, patch, columns, patch)
        .permute(0, 2, 4, 3, 5, 1)
        .reshape(batch, rows * columns, (long) patch * patch * channels);
  }

  /** The inverse of {@link #patchify} for a grid of {@code rows} x {@code columns} patches. */
  static Tensor unpatchify(Tensor patches, int patch, long rows, long columns) {
    long batch = patches.size(0);
    long channels = patches.size(2) / ((long) patch * patch);
    return patches
        .reshape(batch, rows, columns, patch, patch, channels)
        .permute(0, 5, 1, 3, 2, 4)
        .reshape(batch, channels, rows * patch, columns * patch);
  }
}
