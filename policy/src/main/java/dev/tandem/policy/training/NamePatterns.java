package dev.tandem.policy.training;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Patterns of parameter names: {@code *} stands for any text, all else for itself. */
public final class NamePatterns {
  private final List<Pattern> patterns;

  public NamePatterns(List<String> globs) {
    this.patterns = globs.stream().map(NamePatterns::pattern).toList();
  }

  /** Whether any pattern matches the whole name. */
  public boolean match(String name) {
    return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
  }

  private static Pattern pattern(String glob) {
    return Pattern.compile(
        Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
  }
}
