package dev.tandem.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Questions about an image that are answered yes or no, with the right answers: {@code
 * yn_question_list} and {@code yn_answer_list} of a sample's metadata (R3 on TIIF, arXiv
 * 2602.15772).
 *
 * @param answers one for each question
 */
public record YesNoQuestions(List<String> questions, List<String> answers) {
  /** No questions. */
  public static final YesNoQuestions NONE = new YesNoQuestions(List.of(), List.of());

  private static final int DECIMALS = 2;

  private static final Pattern ANSWER =
      Pattern.compile("(yes|no)\\b", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS);

  public YesNoQuestions {
    questions = List.copyOf(questions);
    answers = List.copyOf(answers);
  }

  /** The questions of the metadata; none where an answer is missing or the text is no JSON. */
  public static YesNoQuestions of(String metadata) {
    try {
      JsonNode object = Json.MAPPER.readTree(metadata);
      List<String> questions = texts(object.path("yn_question_list"));
      List<String> answers = texts(object.path("yn_answer_list"));
      return questions.size() == answers.size() ? new YesNoQuestions(questions, answers) : NONE;
    } catch (JsonProcessingException e) {
      return NONE;
    }
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return questions.isEmpty();
  }

  /**
   * The share of right answers, blanks and case ignored, rounded as R3 does: to two decimals, ties
   * of the binary value to the even one.
   *
   * @param given one for each question, in order; one or more
   * @throws IllegalArgumentException if they are not as many as the questions
   */
  public double share(List<String> given) {
    if (given.isEmpty() || given.size() != answers.size()) {
      throw new IllegalArgumentException(
          "%d answers to %d questions".formatted(given.size(), answers.size()));
    }
    int right = 0;
    for (int i = 0; i < given.size(); i++) {
      if (plain(given.get(i)).equals(plain(answers.get(i)))) {
        right++;
      }
    }
    return new BigDecimal((double) right / given.size())
        .setScale(DECIMALS, RoundingMode.HALF_EVEN)
        .doubleValue();
  }

  /**
   * The share of right answers in a text with one answer a line, by the rules of R3's evaluation:
   * lines that do not begin with yes or no, whatever its case, are passed over; the right answers
   * count as they are written, so that only those in lower case can be met; nothing is rounded.
   *
   * @param reply may explain each answer behind it
   * @throws IllegalArgumentException if it has not as many answers as there are questions, or there
   *     are none
   */
  public double shareOfLines(String reply) {
    List<String> given = answersOf(reply);
    if (given.isEmpty() || given.size() != questions.size() || given.size() != answers.size()) {
      throw new IllegalArgumentException(
          "%d lines that begin with yes or no for %d questions"
              .formatted(given.size(), questions.size()));
    }
    int right = 0;
    for (int i = 0; i < given.size(); i++) {
      if (given.get(i).equals(answers.get(i))) {
        right++;
      }
    }
    return (double) right / given.size();
  }

  private static List<String> answersOf(String reply) {
    List<String> answers = new ArrayList<>();
    for (String line : reply.split("\n")) {
      Matcher answer = ANSWER.matcher(Whitespace.strip(line));
      if (answer.lookingAt()) {
        answers.add(plain(answer.group(1)));
      }
    }
    return answers;
  }

  private static String plain(String answer) {
    return Whitespace.strip(answer).toLowerCase(Locale.ROOT);
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : list) {
      texts.add(text.asText());
    }
    return texts;
  }
}
