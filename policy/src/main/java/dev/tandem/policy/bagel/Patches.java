package dev.tandem.policy.bagel;

import dev.tandem.schemas.image.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Between images, planes and patches. Pixel values 0..255 stand for [-1, 1]. */
public final class Patches {
  private Patches() {}

  /**
   * Planes for a codec, in single precision.
   *
   * @return {@code [B, 3, height, width]}; all images must have the same size
   */
  public static Tensor planes(List<RgbImage> images) {
    int width = images.get(0).width();
    int height = images.get(0).height();
    float[] values = new float[images.size() * 3 * width * height];
    for (int b = 0; b < images.size(); b++) {
      fill(images.get(b), values, b * 3 * width * height);
    }
    return Tensor.create(values, images.size(), 3, height, width);
  }

  /** The planes {@code [3, height, width]} of one image. */
  static Tensor planes(RgbImage image, Placement placement) {
    float[] values = new float[3 * image.width() * image.height()];
    fill(image, values, 0);
    return placement.numbers(values, 3, image.height(), image.width());
  }

  private static void fill(RgbImage image, float[] values, int offset) {
    int plane = image.width() * image.height();
    byte[] rgb = image.rgb();
    for (int pixel = 0; pixel < plane; pixel++) {
      for (int c = 0; c < 3; c++) {
        values[offset + c * plane + pixel] = (rgb[3 * pixel + c] & 0xFF) / 127.5f - 1;
      }
    }
  }

  /** Stacks neighbours of like shape, {@code [3, h, w]} each, to batches {@code [B, 3, h, w]}. */
  static List<Tensor> stackLikes(List<Tensor> planes) {
    List<Tensor> batches = new ArrayList<>();
    TensorVector run = new TensorVector();
    for (int i = 0; i < planes.size(); i++) {
      run.push_back(planes.get(i));
      boolean last = i + 1 == planes.size();
      if (last || !Arrays.equals(planes.get(i).shape(), planes.get(i + 1).shape())) {
        batches.add(torch.stack(run));
        run = new TensorVector();
      }
    }
    return batches;
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

  /** The inverse of {@link #patchify}. */
  static Tensor unpatchify(Tensor patches, int patch, Grid grid) {
    long batch = patches.size(0);
    long channels = patches.size(2) / ((long) patch * patch);
    return patches
        .reshape(batch, grid.rows(), grid.columns(), patch, patch, channels)
        .permute(0, 5, 1, 3, 2, 4)
        .reshape(batch, channels, (long) grid.rows() * patch, (long) grid.columns() * patch);
  }
}
