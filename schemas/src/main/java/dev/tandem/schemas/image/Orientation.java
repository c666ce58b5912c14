package dev.tandem.schemas.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** How a stored image is turned and mirrored to be upright (EXIF 2.32, tag 0x0112), in order. */
enum Orientation {
  UPRIGHT,
  MIRRORED,
  UPSIDE_DOWN,
  FLIPPED,
  TRANSPOSED,
  CLOCKWISE,
  TRANSVERSED,
  COUNTER_CLOCKWISE;

  private static final int TAG = 0x0112;
  private static final int ENTRY_BYTES = 12;

  /** The orientation that the file states; upright where it states none or nonsense. */
  static Orientation ofFile(String format, byte[] file) {
    try {
      return switch (format) {
        case "jpeg" -> ofJpeg(ByteBuffer.wrap(file));
        case "png" -> ofChunks(ByteBuffer.wrap(file).position(8), "eXIf", true);
        case "webp" ->
            ofChunks(
                ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(12), "EXIF", false);
        default -> UPRIGHT;
      };
    } catch (RuntimeException e) {
      return UPRIGHT; // An image is not refused for what is written beside it.
    }
  }

  /** Walks the marker segments up to the scan, for APP1 with EXIF. */
  private static Orientation ofJpeg(ByteBuffer file) {
    file.position(2);
    while (file.remaining() >= 4) {
      int marker = file.getShort() & 0xFFFF;
      if (marker == 0xFFDA || marker < 0xFFC0) {
        return UPRIGHT;
      }
      int length = (file.getShort() & 0xFFFF) - 2;
      ByteBuffer segment = file.slice(file.position(), length);
      if (marker == 0xFFE1 && startsWithExif(segment)) {
        return ofTiff(segment.slice(6, length - 6));
      }
      file.position(file.position() + length);
    }
    return UPRIGHT;
  }

  private static boolean startsWithExif(ByteBuffer segment) {
    return segment.remaining() > 6
        && segment.getInt(0) == 0x45786966 // "Exif"
        && segment.getShort(4) == 0;
  }

  /**
   * Walks chunks: PNG's are length, type, data, checksum; RIFF's are type, length, data, padding.
   */
  private static Orientation ofChunks(ByteBuffer file, String wanted, boolean png) {
    while (file.remaining() >= 8) {
      int at = file.position();
      int length = file.getInt(png ? at : at + 4);
      byte[] type = new byte[4];
      file.get(png ? at + 4 : at, type);
      if (wanted.equals(new String(type, StandardCharsets.ISO_8859_1))) {
        ByteBuffer data = file.slice(at + 8, length);
        return ofTiff(startsWithExif(data) ? data.slice(6, length - 6) : data);
      }
      file.position(at + 8 + length + (png ? 4 : length & 1));
    }
    return UPRIGHT;
  }

  private static Orientation ofTiff(ByteBuffer tiff) {
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    int entries = tiff.getShort(directory) & 0xFFFF;
    for (int i = 0; i < entries; i++) {
      int entry = directory + 2 + i * ENTRY_BYTES;
      if ((tiff.getShort(entry) & 0xFFFF) == TAG) {
        return values()[tiff.getShort(entry + 8) - 1];
      }
    }
    return UPRIGHT;
  }

  /** The image upright. */
  RgbImage apply(RgbImage image) {
    if (this == UPRIGHT) {
      return image;
    }
    boolean turned = ordinal() >= TRANSPOSED.ordinal();
    int width = turned ? image.height() : image.width();
    int height = turned ? image.width() : image.height();
    byte[] upright = new byte[image.rgb().length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        System.arraycopy(image.rgb(), 3 * source(x, y, image), upright, 3 * (y * width + x), 3);
      }
    }
    return new RgbImage(width, height, upright);
  }

  /** The pixel of the stored image that is shown at the place. */
  private int source(int x, int y, RgbImage stored) {
    int right = stored.width() - 1;
    int bottom = stored.height() - 1;
    return switch (this) {
      case UPRIGHT -> at(x, y, stored);
      case MIRRORED -> at(right - x, y, stored);
      case UPSIDE_DOWN -> at(right - x, bottom - y, stored);
      case FLIPPED -> at(x, bottom - y, stored);
      case TRANSPOSED -> at(y, x, stored);
      case CLOCKWISE -> at(y, bottom - x, stored);
      case TRANSVERSED -> at(right - y, bottom - x, stored);
      case COUNTER_CLOCKWISE -> at(right - y, x, stored);
    };
  }

  private static int at(int x, int y, RgbImage stored) {
    return y * stored.width() + x;
  }
}
