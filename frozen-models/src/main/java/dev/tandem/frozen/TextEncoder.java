package dev.tandem.frozen;

import java.util.List;

/**
 * A frozen model that turns a text into a vector of length one, in the space of an {@link
 * ImageEncoder} that was trained with it. Used by one thread at a time.
 */
public interface TextEncoder extends AutoCloseable {

  /** Hexadecimal SHA-256 over everything that decides the vector: weights and tokenizer. */
  String digest();

  /** The number of values in a vector. */
  int dimension();

  /** One vector per text, in order, as {@code [texts, dimension]}. */
  float[][] encode(List<String> texts);

  /** Frees what the encoder holds outside the heap. */
  @Override
  void close();
}
