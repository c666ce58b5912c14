package dev.tandem.policy.tokenizer;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Cuts text into the pieces that merges never cross, by Qwen2's regular expression. */
final class WordSplitter {
  /** As in Qwen2's tokenizer.json: words keep the space before them, digits stand alone. */
  static final String REGEX =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /** Java's white space is that of ASCII unless told otherwise. */
  private static final Pattern PATTERN = Pattern.compile(REGEX, Pattern.UNICODE_CHARACTER_CLASS);

  private WordSplitter() {}

  static List<String> split(String text) {
    return PATTERN.matcher(text).results().map(MatchResult::group).toList();
  }
}
