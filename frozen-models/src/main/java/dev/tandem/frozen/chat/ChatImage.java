package dev.tandem.frozen.chat;

import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/**
 * An image that goes with a question.
 *
 * @param bytes the encoded file; not copied
 * @param format its format as ImageIO names it, for example {@code png} or {@code jpeg}
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode compare the contents
public record ChatImage(byte[] bytes, String format) {

  /** Formats that every endpoint reads. */
  private static final Set<String> COMMON = Set.of("png", "jpeg", "webp");

  /**
   * The image in a format that every endpoint reads: the file as it is, or as a PNG of its first
   * frame. A file that cannot be decoded stays as it is; the endpoint will say what it makes of it.
   */
  public static ChatImage inCommonFormat(byte[] bytes, String format) {
    if (COMMON.contains(format.toLowerCase(Locale.ROOT))) {
      return new ChatImage(bytes, format);
    }
    try {
      return new ChatImage(RgbImage.decode(bytes).toPng(), "png");
    } catch (IOException e) {
      return new ChatImage(bytes, format);
    }
  }

  /** The image as an address that holds it. */
  String dataUrl() {
    return "data:image/%s;base64,%s"
        .formatted(format.toLowerCase(Locale.ROOT), Base64.getEncoder().encodeToString(bytes));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChatImage image
        && image.format.equals(format)
        && Arrays.equals(image.bytes, bytes);
  }

  @Override
  public int hashCode() {
    return 31 * format.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "ChatImage[%d bytes, %s]".formatted(bytes.length, format);
  }
}
