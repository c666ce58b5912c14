package dev.tandem.pairs.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the options of a multiple-choice question in its text. */
final class MultipleChoice {
  private static final Pattern OPTION = Pattern.compile("\\s*\\(?([A-Z])[.):]\\s*(\\S.*)");

  private MultipleChoice() {}

  /**
   * The texts of the options in order: the first run of at least two lines that begin with A., B.,
   * and so on ({@code A)}, {@code (A)} and {@code A:} will do). Empty for an open question.
   */
  static List<String> options(String question) {
    List<String> options = new ArrayList<>();
    for (String line : question.lines().toList()) {
      Matcher option = OPTION.matcher(line);
      boolean matches = option.matches();
      if (matches && option.group(1).charAt(0) == 'A' + options.size()) {
        options.add(option.group(2).strip());
      } else if (options.size() >= 2) {
        break;
      } else {
        options.clear();
        if (matches && option.group(1).equals("A")) {
          options.add(option.group(2).strip());
        }
      }
    }
    return options.size() >= 2 ? List.copyOf(options) : List.of();
  }
}
