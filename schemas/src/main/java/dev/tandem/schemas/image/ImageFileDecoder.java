package dev.tandem.schemas.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import dev.tandem.schemas.image.UnreadableImageException.Kind;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Turns image files into 8-bit RGB as a viewer shows them: PNG, JPEG, GIF, WebP, BMP and TIFF.
 *
 * <ul>
 *   <li>EXIF orientation is applied (JPEG, PNG, WebP).
 *   <li>CMYK and YCCK become RGB, by the file's colour profile where it has one.
 *   <li>Grey values stay what they are; 16 bits are rounded to 8.
 *   <li>What is transparent is composed on white.
 *   <li>Of several images the first counts; a GIF's first frame is placed on its screen.
 * </ul>
 *
 * The size is read from the header first, so that a small file that unfolds into gigabytes is
 * refused before it does. Safe for use by several threads.
 */
public final class ImageFileDecoder {
  /** Decodes images of any size: for files that were checked before. */
  public static final ImageFileDecoder UNLIMITED = new ImageFileDecoder(Long.MAX_VALUE);

  /** Where the chunk IHDR begins: after the signature and the chunk's length. */
  private static final int PNG_HEADER = 12;

  private static final int PNG_HEADER_BYTES = 17;

  static {
    // By hand: the class path of a Spark executor is not the one that ImageIO searches.
    IIORegistry registry = IIORegistry.getDefaultInstance();
    registry.registerServiceProvider(new JPEGImageReaderSpi());
    registry.registerServiceProvider(new WebPImageReaderSpi());
  }

  private final long maxPixels;

  /**
   * @param maxPixels most pixels (width times height) that an image may have
   */
  public ImageFileDecoder(long maxPixels) {
    this.maxPixels = maxPixels;
  }

  /**
   * What a file holds.
   *
   * @param format png, jpeg, gif, webp, bmp or tiff
   * @param image the pixels, upright
   */
  public record Decoded(String format, RgbImage image) {}

  /** Decodes a whole file. */
  public Decoded decode(byte[] file) throws UnreadableImageException {
    try (ImageInputStream input = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw new UnreadableImageException(
            Kind.CORRUPT, "%d bytes in no known image format".formatted(file.length));
      }
      ImageReader reader = readers.next();
      try {
        return decode(reader, input, file);
      } finally {
        reader.dispose();
      }
    } catch (UnreadableImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Readers answer damaged input with unchecked exceptions of any kind.
      throw new UnreadableImageException(Kind.CORRUPT, "cannot be decoded: " + e, e);
    }
  }

  private Decoded decode(ImageReader reader, ImageInputStream input, byte[] file)
      throws IOException {
    String format = reader.getFormatName().toLowerCase(Locale.ROOT);
    boolean gif = format.equals("gif");
    // Elsewhere metadata is not asked for: compressed text chunks may be bombs of their own.
    reader.setInput(input, false, !gif);
    requireSize(reader.getWidth(0), reader.getHeight(0));
    if (format.equals("png") && !hasSoundPngHeader(file)) {
      throw new UnreadableImageException(
          Kind.CORRUPT, "the header, which says the size, does not match its checksum");
    }
    AtomicBoolean cut = new AtomicBoolean();
    // The JPEG reader fills what is missing with grey and only warns.
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (warning.toLowerCase(Locale.ROOT).contains("premature end")) {
            cut.set(true);
          }
        });
    BufferedImage image = reader.read(0);
    if (cut.get() || (format.equals("webp") && isCutRiff(file))) {
      throw new UnreadableImageException(Kind.CORRUPT, "the file ends before the image does");
    }
    if (gif) {
      GifScreen screen = GifScreen.of(reader);
      requireSize(screen.width(), screen.height());
      return new Decoded(format, RgbImage.of(screen.place(image)));
    }
    return new Decoded(format, Orientation.ofFile(format, file).apply(RgbImage.of(image)));
  }

  /** The PNG reader ignores checksums, and would take a damaged size for that of the image. */
  private static boolean hasSoundPngHeader(byte[] file) {
    CRC32 sum = new CRC32();
    sum.update(file, PNG_HEADER, PNG_HEADER_BYTES);
    return (int) sum.getValue() == ByteBuffer.wrap(file).getInt(PNG_HEADER + PNG_HEADER_BYTES);
  }

  /** The WebP reader takes missing bits for zeros; the container's header knows its length. */
  private static boolean isCutRiff(byte[] file) {
    return file.length - 8 < ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
  }

  private void requireSize(int width, int height) throws UnreadableImageException {
    if ((long) width * height > maxPixels) {
      throw new UnreadableImageException(
          Kind.TOO_MANY_PIXELS,
          "%d x %d = %d pixels, at most %d"
              .formatted(width, height, (long) width * height, maxPixels));
    }
  }
}
