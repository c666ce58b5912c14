package dev.tandem.schemas.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** Copies the pixels of AWT images, what is transparent composed on white. */
final class Pixels {
  private static final int WHITE = 255;

  private Pixels() {}

  static RgbImage of(BufferedImage image) {
    return isPlainGrey(image.getColorModel()) ? grey(image) : coloured(image);
  }

  /**
   * Whether the samples are grey values as they are to be shown. AWT would take them for linear
   * light and brighten them.
   */
  private static boolean isPlainGrey(ColorModel model) {
    return model instanceof ComponentColorModel
        && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
        && (model.getTransferType() == DataBuffer.TYPE_BYTE
            || model.getTransferType() == DataBuffer.TYPE_USHORT)
        && !model.isAlphaPremultiplied();
  }

  private static RgbImage grey(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    Raster raster = image.getRaster();
    boolean alpha = image.getColorModel().hasAlpha();
    int bits = image.getColorModel().getComponentSize(0);
    byte[] rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
    int[] samples = new int[width * raster.getNumBands()];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, samples);
      for (int x = 0; x < width; x++) {
        int at = x * raster.getNumBands();
        int value = eightBits(samples[at], bits);
        byte shown = (byte) (alpha ? onWhite(value, eightBits(samples[at + 1], bits)) : value);
        int to = 3 * (y * width + x);
        rgb[to] = shown;
        rgb[to + 1] = shown;
        rgb[to + 2] = shown;
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private static int eightBits(int sample, int bits) {
    int max = (1 << bits) - 1;
    return (sample * 255 + max / 2) / max;
  }

  private static RgbImage coloured(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[] packed = image.getRGB(0, 0, width, height, null, 0, width);
    byte[] rgb = new byte[Math.multiplyExact(3, packed.length)];
    for (int i = 0; i < packed.length; i++) {
      int alpha = packed[i] >>> 24;
      rgb[3 * i] = (byte) onWhite(packed[i] >> 16 & 0xFF, alpha);
      rgb[3 * i + 1] = (byte) onWhite(packed[i] >> 8 & 0xFF, alpha);
      rgb[3 * i + 2] = (byte) onWhite(packed[i] & 0xFF, alpha);
    }
    return new RgbImage(width, height, rgb);
  }

  private static int onWhite(int value, int alpha) {
    return (value * alpha + WHITE * (255 - alpha) + 127) / 255;
  }
}
