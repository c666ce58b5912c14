package dev.tandem.jobs.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The types that one value of the configuration can have. */
final class Scalars {
  /** How YAML writes the number above all others. */
  static final String INFINITY = ".inf";

  private Scalars() {}

  /** The value of the text, or null where it does not fit the type. */
  static @Nullable Object parse(String text, Class<?> type) {
    String word = text.strip();
    try {
      if (type == String.class) {
        return text;
      } else if (type == int.class || type == Integer.class) {
        return Integer.valueOf(word.replace("_", ""));
      } else if (type == long.class || type == Long.class) {
        return Long.valueOf(word.replace("_", ""));
      } else if (type == double.class || type == Double.class) {
        return number(word);
      } else if (type == boolean.class || type == Boolean.class) {
        return word.equals("true") || word.equals("false") ? Boolean.valueOf(word) : null;
      } else if (type.isEnum()) {
        return Arrays.stream(type.getEnumConstants())
            .filter(constant -> word(constant).equals(word))
            .findFirst()
            .orElse(null);
      }
    } catch (NumberFormatException e) {
      return null;
    }
    throw new IllegalStateException("No configuration value can be a " + type.getName());
  }

  private static @Nullable Double number(String word) {
    if (word.equals(INFINITY)) {
      return Double.POSITIVE_INFINITY;
    }
    Double number = Double.valueOf(word);
    return number.isNaN() || number.isInfinite() ? null : number;
  }

  /** What a message says was expected. */
  static String expected(Class<?> type) {
    if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .map(Scalars::word)
          .collect(Collectors.joining(", ", "one of ", ""));
    } else if (type == int.class || type == Integer.class) {
      return "a whole number";
    } else if (type == long.class || type == Long.class) {
      return "a whole number";
    } else if (type == double.class || type == Double.class) {
      return "a number";
    } else if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return "text";
  }

  /** How an enum constant is written in a configuration. */
  static String word(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }
}
