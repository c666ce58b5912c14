package dev.tandem.shapeworld;

import java.util.List;

/**
 * A multiple-choice question about an image.
 *
 * @param kind what it asks about
 * @param stem the question itself
 * @param options four distinct answers, in the order of their letters
 * @param answerIndex index of the right option
 */
public record Question(QuestionKind kind, String stem, List<String> options, int answerIndex) {
  /** Number of options. */
  public static final int OPTIONS = 4;

  public Question {
    options = List.copyOf(options);
    if (options.stream().distinct().count() != OPTIONS || options.size() != OPTIONS) {
      throw new IllegalArgumentException("Invalid options: " + options + " (expected 4 distinct)");
    }
  }

  /** The question with its options, one a line: {@code stem\nA. x\nB. y\nC. z\nD. w}. */
  public String text() {
    StringBuilder text = new StringBuilder(stem);
    for (int i = 0; i < OPTIONS; i++) {
      text.append('\n').append(letter(i)).append(". ").append(options.get(i));
    }
    return text.toString();
  }

  /** The letter of the right option, {@code A} to {@code D}. */
  public String answer() {
    return letter(answerIndex);
  }

  static String letter(int index) {
    return String.valueOf((char) ('A' + index));
  }
}
