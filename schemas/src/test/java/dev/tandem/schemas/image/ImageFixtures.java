package dev.tandem.schemas.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Image files of kinds that ImageIO does not write, made on the spot. */
final class ImageFixtures {
  private static final int[] ADOBE = {0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100};

  private ImageFixtures() {}

  static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, bytes)) {
      throw new IOException("No writer for " + format);
    }
    return bytes.toByteArray();
  }

  /** A JPEG of four channels, all pixels alike, with Adobe's marker. */
  static byte[] jpegOfFourChannels(int side, int transform, int... values) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(0, side, side, 4, null);
    for (int i = 0; i < side * side; i++) {
      raster.setPixel(i % side, i / side, values);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(new IIOImage(raster, null, null));
    } finally {
      writer.dispose();
    }
    ByteBuffer adobe = ByteBuffer.allocate(16);
    for (int value : ADOBE) {
      adobe.put((byte) value);
    }
    adobe.put(15, (byte) transform);
    return insert(bytes.toByteArray(), 2, adobe.array());
  }

  /** The JPEG with an EXIF segment that states the orientation. */
  static byte[] orientedJpeg(byte[] jpeg, int orientation) {
    byte[] tiff = tiff(orientation);
    ByteBuffer segment = ByteBuffer.allocate(10 + tiff.length);
    segment.putShort((short) 0xFFE1).putShort((short) (8 + tiff.length));
    segment.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII)).put(tiff);
    return insert(jpeg, 2, segment.array());
  }

  /** The PNG with a chunk that states the orientation. */
  static byte[] orientedPng(byte[] png, int orientation) {
    byte[] tiff = tiff(orientation);
    ByteBuffer chunk = ByteBuffer.allocate(12 + tiff.length);
    chunk.putInt(tiff.length).put("eXIf".getBytes(StandardCharsets.US_ASCII)).put(tiff);
    CRC32 crc = new CRC32();
    crc.update(chunk.array(), 4, 4 + tiff.length);
    chunk.putInt((int) crc.getValue());
    int afterHeader = 8 + 25;
    return insert(png, afterHeader, chunk.array());
  }

  private static byte[] tiff(int orientation) {
    ByteBuffer tiff = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
    tiff.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) 1);
    tiff.putShort((short) 0x0112).putShort((short) 3).putInt(1).putShort((short) orientation);
    return tiff.array();
  }

  private static byte[] insert(byte[] file, int at, byte[] part) {
    return ByteBuffer.allocate(file.length + part.length)
        .put(file, 0, at)
        .put(part)
        .put(file, at, file.length - at)
        .array();
  }

  /**
   * A lossless WebP whose left half has the first value of green and alpha, its right half the
   * second; red and blue are the same everywhere. Values of a pair must ascend.
   */
  static byte[] webp(int width, int height, int red, int[] green, int blue, int[] alpha) {
    Bits bits = new Bits();
    bits.put(0x2F, 8).put(width - 1, 14).put(height - 1, 14).put(alpha[0] < 255 ? 1 : 0, 1);
    bits.put(0, 3); // version
    bits.put(0, 1).put(0, 1).put(0, 1); // no transform, no colour cache, no meta prefix
    bits.code(green).code(red).code(blue).code(alpha).code(0);
    for (int i = 0; i < width * height; i++) {
      int half = i % width < width / 2 ? 0 : 1;
      for (int[] channel : new int[][] {green, alpha}) {
        if (channel.length == 2) {
          bits.put(half, 1);
        }
      }
    }
    byte[] data = bits.toByteArray();
    ByteBuffer riff = ByteBuffer.allocate(20 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    riff.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(12 + data.length);
    riff.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII)).putInt(data.length).put(data);
    return riff.array();
  }

  /** Bits from the lowest of every byte upwards, padded to an even number of bytes. */
  private static final class Bits {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int current;
    private int used;

    Bits put(int value, int count) {
      for (int i = 0; i < count; i++) {
        current |= (value >> i & 1) << used++;
        if (used == 8) {
          bytes.write(current);
          current = 0;
          used = 0;
        }
      }
      return this;
    }

    /** A simple prefix code of one symbol or two. */
    Bits code(int... symbols) {
      put(1, 1).put(symbols.length - 1, 1).put(1, 1);
      for (int symbol : symbols) {
        put(symbol, 8);
      }
      return this;
    }

    byte[] toByteArray() {
      put(0, 7).put(0, bytes.size() % 2 == 0 ? 0 : 8);
      return bytes.toByteArray();
    }
  }
}
