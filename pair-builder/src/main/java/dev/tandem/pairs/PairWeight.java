package dev.tandem.pairs;

import java.util.Locale;

/** The weight of a pair in the loss, from its similarity (PairUni, section 3.3 and ablation). */
public enum PairWeight {
  SQRT,
  LINEAR,
  NONE;

  /** The name in the configuration. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** 1 for aligned pairs; for retrieved ones the square root of s, s, or 1; s below 0 counts 0. */
  public double of(PairType type, double similarity) {
    if (type == PairType.ALIGNED) {
      return 1;
    }
    double positive = Math.max(similarity, 0);
    return switch (this) {
      case SQRT -> Math.sqrt(positive);
      case LINEAR -> positive;
      case NONE -> 1;
    };
  }
}
