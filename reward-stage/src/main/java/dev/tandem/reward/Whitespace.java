package dev.tandem.reward;

/** Python's notion of white space, which the published rewards were computed with. */
final class Whitespace {
  private Whitespace() {}

  /**
   * Python's {@code str.strip()}. Java's {@link String#strip} keeps the no-break spaces (U+00A0,
   * U+2007, U+202F) and U+0085, which Python removes.
   */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * Python's {@code str.isspace()} of one character; all such characters lie in the first plane.
   */
  static boolean isWhitespace(char c) {
    return Character.isSpaceChar(c)
        || (c >= '\t' && c <= '\r')
        || (c >= '\u001C' && c <= '\u001F')
        || c == '\u0085';
  }
}
