package dev.tandem.pairs;

import java.util.Locale;

/** How a pair came about. */
public enum PairType {
  /** One image with a prompt and a question: the medoid of a cluster. */
  ALIGNED,
  /** Two similar images. */
  RETRIEVED;

  /** The name in the table {@code pairs}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
