package dev.tandem.pairs.completion;

import java.util.List;

/**
 * A multiple-choice question.
 *
 * @param asked the question alone
 * @param options the options' texts
 * @param answer the letter of the right one
 */
public record OptionQuestion(String asked, List<String> options, String answer) {
  private static final String CLOSING =
      "Answer with the option's letter from the given choices directly.";

  public OptionQuestion {
    options = List.copyOf(options);
  }

  /** The question with its options, as it is shown. */
  public String text() {
    return listed() + "\n\n" + CLOSING;
  }

  /** The question with its options, a line each. */
  String listed() {
    StringBuilder text = new StringBuilder(asked);
    for (int i = 0; i < options.size(); i++) {
      text.append('\n').append((char) ('A' + i)).append(". ").append(options.get(i));
    }
    return text.toString();
  }
}
