package dev.tandem.frozen.chat;

import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * An image that goes with a question.
 *
 * @param bytes the encoded file; not copied
 * @param format its format as ImageIO names it, for example {@code png} or {@code jpeg}
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode compare the contents
public record ChatImage(byte[] bytes, String format) {

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
