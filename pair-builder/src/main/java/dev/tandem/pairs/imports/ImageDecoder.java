package dev.tandem.pairs.imports;

import dev.tandem.schemas.image.ImageFileDecoder;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.image.UnreadableImageException;

/** Proves that bytes are a whole image, not too large, by decoding them. */
final class ImageDecoder {
  private final ImageFileDecoder decoder;

  /**
   * @param maxPixels most pixels that an image may have
   */
  ImageDecoder(long maxPixels) {
    decoder = new ImageFileDecoder(maxPixels);
  }

  ImageFile decode(byte[] bytes) throws Rejection {
    try {
      ImageFileDecoder.Decoded decoded = decoder.decode(bytes);
      RgbImage image = decoded.image();
      return new ImageFile(bytes, decoded.format(), image.width(), image.height());
    } catch (UnreadableImageException e) {
      Reason reason =
          switch (e.kind()) {
            case CORRUPT -> Reason.CORRUPT_IMAGE;
            case TOO_MANY_PIXELS -> Reason.TOO_MANY_PIXELS;
          };
      throw new Rejection(reason, String.valueOf(e.getMessage()));
    }
  }
}
