package dev.tandem.schemas.image;

import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * An 8-bit RGB image.
 *
 * @param width pixels per row
 * @param height rows
 * @param rgb pixels as {@code [height, width, 3]}; not copied, so treat it as read-only
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode compare the contents
public record RgbImage(int width, int height, byte[] rgb) {

  public RgbImage {
    if (width <= 0 || height <= 0 || rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "Invalid image: %d bytes for %d x %d (expected %d)"
              .formatted(rgb.length, width, height, 3L * width * height));
    }
  }

  /** Channel value in 0..255 at column {@code x}, row {@code y}. */
  public int channel(int x, int y, int channel) {
    return rgb[(y * width + x) * 3 + channel] & 0xFF;
  }

  /** Decodes an image file of any size as {@link ImageFileDecoder} does. */
  public static RgbImage decode(byte[] encoded) throws IOException {
    return ImageFileDecoder.UNLIMITED.decode(encoded).image();
  }

  /** Copies an AWT image; what is transparent is composed on white. */
  public static RgbImage of(BufferedImage image) {
    return Pixels.of(image);
  }

  /** This image at another size, averaged over areas; itself when the size is already right. */
  public RgbImage resize(int newWidth, int newHeight) {
    if (newWidth == width && newHeight == height) {
      return this;
    }
    BufferedImage scaled = new BufferedImage(newWidth, newHeight, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = scaled.createGraphics();
    graphics.drawImage(
        toBufferedImage().getScaledInstance(newWidth, newHeight, Image.SCALE_AREA_AVERAGING),
        0,
        0,
        null);
    graphics.dispose();
    return of(scaled);
  }

  /** This image as an AWT image of type {@link BufferedImage#TYPE_INT_RGB}. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] packed = new int[width * height];
    for (int i = 0; i < packed.length; i++) {
      packed[i] =
          (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | (rgb[3 * i + 2] & 0xFF);
    }
    image.setRGB(0, 0, width, height, packed, 0, width);
    return image;
  }

  /** This image as a PNG file. */
  public byte[] toPng() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    // Given the bytes alone, ImageIO would buffer them in a file.
    try (ImageOutputStream output = new MemoryCacheImageOutputStream(png)) {
      ImageIO.write(toBufferedImage(), "png", output);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a PNG to memory", e);
    }
    return png.toByteArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage that
        && width == that.width
        && height == that.height
        && Arrays.equals(rgb, that.rgb);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * width + height) + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return "RgbImage[" + width + "x" + height + "]";
  }
}
