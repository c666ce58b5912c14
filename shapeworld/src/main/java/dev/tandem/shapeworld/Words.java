package dev.tandem.shapeworld;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** The few rules of English that the texts of ShapeWorld need. */
final class Words {
  private static final List<String> NUMBERS = List.of("zero", "one", "two", "three", "four");

  private Words() {}

  /** A constant's name as words: {@code TOP_LEFT} is "top left". */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** The noun phrase with its indefinite article. */
  static String withArticle(String phrase) {
    return ("aeiou".indexOf(phrase.charAt(0)) >= 0 ? "an " : "a ") + phrase;
  }

  static String plural(String noun) {
    return noun + (noun.endsWith("s") ? "es" : "s");
  }

  /** The word for a number from 0 to 4. */
  static String number(int count) {
    return NUMBERS.get(count);
  }

  /** A number with its noun: "one star", "three crosses". */
  static String count(int count, String noun) {
    return number(count) + " " + (count == 1 ? noun : plural(noun));
  }

  static <E> Optional<E> find(E[] values, Function<E, String> word, String wanted) {
    for (E value : values) {
      if (word.apply(value).equals(wanted)) {
        return Optional.of(value);
      }
    }
    return Optional.empty();
  }
}
