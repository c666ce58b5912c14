package dev.tandem.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the option that an answer to a multiple-choice question chooses. Understood are the letter
 * ({@code B}, {@code B.}, {@code (B)}, {@code Answer: B}, {@code <answer>B</answer>}, {@code B. a
 * dog}), the option's whole text ({@code a dog}), and letters within a sentence ({@code I think B
 * is right}). An answer that names two different options chooses none.
 *
 * <p>A thinking block is ignored: only what follows the last {@code </think>} counts. Where answer
 * tags or {@code \boxed{}} are present, only their contents count.
 */
public final class OptionChoice {
  /** Letters that are taken for options where the options are not known. */
  private static final int UNKNOWN_OPTIONS = 6;

  private static final Pattern OPTION_LINE =
      Pattern.compile("^\\s*\\(?([A-Z])[.):]\\s*(\\S.*?)\\s*$", Pattern.MULTILINE);
  private static final Pattern DELIMITED =
      Pattern.compile(
          "<answer>(.*?)(?:</answer>|$)|\\\\boxed\\{([^{}]*)\\}",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
  private static final Pattern LEAD_IN =
      Pattern.compile(
          "^(?:so|thus|therefore|hence|i think|i choose|it is|it's)?[,:]?\\s*"
              + "(?:(?:the|my)\\s+)?(?:(?:correct|right|final|best)\\s+)?"
              + "(?:answer|option|choice)\\b(?:\\s+is)?\\s*[:=-]?\\s*",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern LEADING_LETTER =
      Pattern.compile("^[(\\[{]?\\s*([A-Za-z])\\s*(?:[)\\]}.:,;!-]+\\s*(.*)|$)", Pattern.DOTALL);
  private static final Pattern LONE_LETTER =
      Pattern.compile("(?<![\\p{L}\\p{N}'])([A-Z])(?![\\p{L}\\p{N}'])");

  /** A capital A before such a word is a letter, before any other lower-case word an article. */
  private static final Pattern ARTICLE =
      Pattern.compile(
          "^\\s+(?!(?:is|was|as|because|since|and|or|but|seems|not|fits|matches)\\b)[a-z]",
          Pattern.DOTALL);

  private final List<String> options;

  /**
   * @param options texts of the options A, B, ...; empty when they are not known
   */
  public OptionChoice(List<String> options) {
    this.options = options.stream().map(OptionChoice::plain).toList();
  }

  /** The options that a question lists as lines {@code A. text}, {@code B. text}, ... */
  public static List<String> optionsIn(String question) {
    List<String> found = new ArrayList<>();
    Matcher line = OPTION_LINE.matcher(question);
    while (line.find()) {
      if (line.group(1).charAt(0) == 'A' + found.size()) {
        found.add(line.group(2));
      }
    }
    return found;
  }

  /** The letter of the one option that the answer chooses. */
  public Optional<Character> parse(String answer) {
    Set<Character> letters = new TreeSet<>();
    for (String part : decisiveParts(answer)) {
      letters.addAll(lettersOf(withoutLeadIn(withoutMarkup(part))));
    }
    return letters.size() == 1 ? Optional.of(letters.iterator().next()) : Optional.empty();
  }

  private static List<String> decisiveParts(String answer) {
    String spoken = spoken(answer);
    List<String> parts = new ArrayList<>();
    Matcher delimited = DELIMITED.matcher(spoken);
    while (delimited.find()) {
      parts.add(delimited.group(1) != null ? delimited.group(1) : delimited.group(2));
    }
    return parts.isEmpty() ? List.of(spoken) : parts;
  }

  /** What is said outside of thinking blocks, after the last one; an open block says nothing. */
  private static String spoken(String answer) {
    int thought = answer.lastIndexOf(ThinkFormat.CLOSE);
    String rest = thought < 0 ? answer : answer.substring(thought + ThinkFormat.CLOSE.length());
    int open = rest.indexOf(ThinkFormat.OPEN);
    return open < 0 ? rest : rest.substring(0, open);
  }

  private static String withoutMarkup(String part) {
    return Whitespace.strip(part.replaceAll("[*_`$\"]|</?answer>", ""));
  }

  private static String withoutLeadIn(String part) {
    String rest = part;
    Matcher leadIn = LEAD_IN.matcher(rest);
    while (leadIn.find() && leadIn.end() < rest.length()) {
      rest = rest.substring(leadIn.end());
      leadIn = LEAD_IN.matcher(rest);
    }
    return rest;
  }

  private Set<Character> lettersOf(String part) {
    Set<Character> letters = new TreeSet<>();
    Matcher leading = LEADING_LETTER.matcher(part);
    if (leading.find() && isOption(leading.group(1))) {
      letters.add(Character.toUpperCase(leading.group(1).charAt(0)));
      String rest = leading.group(2) == null ? "" : leading.group(2);
      letters.addAll(findByText(rest).map(Set::of).orElseGet(() -> loneLetters(rest)));
      return letters;
    }
    return findByText(part).map(Set::of).orElseGet(() -> loneLetters(part));
  }

  private Optional<Character> findByText(String text) {
    String wanted = plain(text);
    int first = wanted.isEmpty() ? -1 : options.indexOf(wanted);
    return first >= 0 && first == options.lastIndexOf(wanted)
        ? Optional.of((char) ('A' + first))
        : Optional.empty();
  }

  private Set<Character> loneLetters(String text) {
    Set<Character> letters = new TreeSet<>();
    Matcher lone = LONE_LETTER.matcher(text);
    while (lone.find()) {
      boolean article =
          lone.group(1).equals("A") && ARTICLE.matcher(text.substring(lone.end())).find();
      if (isOption(lone.group(1)) && !article) {
        letters.add(lone.group(1).charAt(0));
      }
    }
    return letters;
  }

  private boolean isOption(String letter) {
    int index = Character.toUpperCase(letter.charAt(0)) - 'A';
    return index < (options.isEmpty() ? UNKNOWN_OPTIONS : options.size());
  }

  /** Lower case, one space between words, no full stop at the end: how texts are compared. */
  private static String plain(String text) {
    return Whitespace.strip(text.toLowerCase(Locale.ROOT).replaceAll("\\s+", " "))
        .replaceAll("[.!]+$", "");
  }
}
