package dev.tandem.reward;

import java.util.Locale;

/**
 * The form of a text that thinks before it acts: {@code <think>...</think>}, as R3 reads it (arXiv
 * 2602.15772, reasoning and reflection stages).
 */
public final class ThinkFormat {
  /** The edit instruction of a text without a thinking block. */
  public static final String NO_FURTHER_EDIT = "No further edit needed";

  static final String OPEN = "<think>";
  static final String CLOSE = "</think>";

  private ThinkFormat() {}

  /** Whether the stripped text is one thinking block without nested tags, and nothing else. */
  public static boolean isOnlyThought(String text) {
    String stripped = Whitespace.strip(text);
    int end = endOfThought(stripped);
    return end >= 0 && end == stripped.length();
  }

  /**
   * Whether the stripped text is one thinking block without nested tags, followed by at least one
   * character and no further tag.
   */
  public static boolean isThoughtThenAction(String text) {
    String stripped = Whitespace.strip(text);
    int end = endOfThought(stripped);
    if (end < 0 || end == stripped.length()) {
      return false;
    }
    String action = stripped.substring(end);
    return !action.contains(OPEN) && !action.contains(CLOSE);
  }

  /** What follows the last {@code </think>}, stripped; {@link #NO_FURTHER_EDIT} without one. */
  public static String editInstruction(String text) {
    int close = text.lastIndexOf(CLOSE);
    return close < 0 ? NO_FURTHER_EDIT : Whitespace.strip(text.substring(close + CLOSE.length()));
  }

  /** Whether an edit instruction says that the image is finished. */
  public static boolean isNoFurtherEdit(String instruction) {
    return instruction.toLowerCase(Locale.ROOT).contains("no further edit");
  }

  /** Index behind the leading thinking block, or -1 where the text does not start with one. */
  private static int endOfThought(String stripped) {
    if (!stripped.startsWith(OPEN)) {
      return -1;
    }
    int close = stripped.indexOf(CLOSE, OPEN.length());
    if (close < 0 || stripped.substring(OPEN.length(), close).contains(OPEN)) {
      return -1;
    }
    return close + CLOSE.length();
  }
}
