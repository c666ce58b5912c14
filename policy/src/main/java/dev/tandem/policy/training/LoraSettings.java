package dev.tandem.policy.training;

import java.io.Serializable;
import java.util.List;

/**
 * Low-rank adaptation (LoRA, arXiv 2106.09685): a matrix {@code W} becomes {@code W + alpha / rank
 * * B A}, of which only {@code A} and {@code B} are trained.
 *
 * @param rank rows of {@code A}; 0: the matrices themselves are trained
 * @param alpha weight of the change, times {@code rank}
 * @param targets patterns of the names of matrices that are adapted
 */
public record LoraSettings(int rank, double alpha, List<String> targets) implements Serializable {
  private static final String PREFIX = "base_model.model.";
  private static final String WEIGHT = ".weight";
  private static final String ADAPTER_A = ".lora_A.weight";
  private static final String ADAPTER_B = ".lora_B.weight";

  public LoraSettings {
    if (rank < 0) {
      throw new IllegalArgumentException(
          "Invalid rank: %d (must be at least 1, or 0 for full training)".formatted(rank));
    }
    if (!(alpha > 0 && Double.isFinite(alpha))) {
      throw new IllegalArgumentException("Invalid alpha: %s (must be positive)".formatted(alpha));
    }
    targets = List.copyOf(targets);
    if (rank > 0 && targets.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid targets: none (expected patterns such as language_model.*_proj*.weight)");
    }
  }

  /** Training of the matrices themselves. */
  public static LoraSettings none() {
    return new LoraSettings(0, 1, List.of());
  }

  /** Whether there are adapters. */
  public boolean isActive() {
    return rank > 0;
  }

  /** The factor of {@code B A}. */
  public double scale() {
    return alpha / rank;
  }

  /** PEFT's name of the {@code A} of a matrix. */
  public static String nameOfA(String matrix) {
    return PREFIX + matrix.substring(0, matrix.length() - WEIGHT.length()) + ADAPTER_A;
  }

  /** PEFT's name of the {@code B} of a matrix. */
  public static String nameOfB(String matrix) {
    return PREFIX + matrix.substring(0, matrix.length() - WEIGHT.length()) + ADAPTER_B;
  }

  /** The matrix that an adapter of that name changes; the name itself if it is no adapter's. */
  public static String matrixOf(String parameter) {
    if (!parameter.startsWith(PREFIX)
        || !(parameter.endsWith(ADAPTER_A) || parameter.endsWith(ADAPTER_B))) {
      return parameter;
    }
    return parameter.substring(PREFIX.length(), parameter.length() - ADAPTER_A.length()) + WEIGHT;
  }
}
