package dev.tandem.pairs.imports;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Proves that bytes are a whole image. The size is read from the header first, so that a small file
 * that unfolds into gigabytes is refused before it does.
 */
final class ImageDecoder {
  private final long maxPixels;

  ImageDecoder(long maxPixels) {
    this.maxPixels = maxPixels;
  }

  ImageFile decode(byte[] bytes) throws Rejection {
    try (ImageInputStream input =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw new Rejection(
            Reason.CORRUPT_IMAGE, "%d bytes in no known image format".formatted(bytes.length));
      }
      ImageReader reader = readers.next();
      try {
        boolean ignoreMetadata = true; // compressed text chunks may be bombs of their own
        reader.setInput(input, true, ignoreMetadata);
        return decode(reader, bytes);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // Readers answer damaged input with unchecked exceptions of any kind.
      throw new Rejection(Reason.CORRUPT_IMAGE, "cannot be decoded: " + e);
    }
  }

  private ImageFile decode(ImageReader reader, byte[] bytes) throws IOException, Rejection {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    if ((long) width * height > maxPixels) {
      throw new Rejection(
          Reason.TOO_MANY_PIXELS,
          "%d x %d = %d pixels, at most %d"
              .formatted(width, height, (long) width * height, maxPixels));
    }
    AtomicBoolean cut = new AtomicBoolean();
    // The JPEG reader fills what is missing with grey and only warns.
    reader.addIIOReadWarningListener(
        (source, warning) -> {
          if (warning.toLowerCase(Locale.ROOT).contains("premature end")) {
            cut.set(true);
          }
        });
    reader.read(0);
    if (cut.get()) {
      throw new Rejection(Reason.CORRUPT_IMAGE, "the file ends before the image does");
    }
    return new ImageFile(bytes, reader.getFormatName().toLowerCase(Locale.ROOT), width, height);
  }
}
