package dev.tandem.jobs.config;

import java.util.List;

/**
 * One value as the user wrote it.
 *
 * @param path the key with its sections, joined by dots
 * @param value scalar text, still to be parsed by the type of the key
 * @param origin where it was found, such as {@code train.yaml line 3} or {@code --set}
 */
record Setting(String path, Value value, String origin) {

  /** What stands after a key. */
  sealed interface Value {}

  /** Plain text: a number, a word, a path. */
  record Scalar(String text) implements Value {}

  /** An explicit {@code null}: the key is set to nothing. */
  record Nothing() implements Value {}

  /** A sequence of scalars. */
  record Sequence(List<String> items) implements Value {
    Sequence {
      items = List.copyOf(items);
    }
  }
}
