package dev.tandem.policy;

import java.io.Serializable;
import java.util.List;

/**
 * How text is sampled: logits are divided by the temperature, then cut to the top-k tokens, then to
 * the top-p mass.
 *
 * @param temperature divides the logits; 0 takes the most likely token
 * @param topK keeps this many tokens; 0 keeps all
 * @param topP keeps a token while the likelier ones have at most this probability in the whole
 *     vocabulary; 1 keeps all
 * @param maxTokens longest text, the end token included
 * @param stopTokens ids that end a text as the end token does; the one that was chosen stays in it
 */
public record TextSampling(
    double temperature, int topK, double topP, int maxTokens, List<Integer> stopTokens)
    implements Serializable {
  public TextSampling {
    stopTokens = List.copyOf(stopTokens);
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)
        || topK < 0
        || !(topP > 0 && topP <= 1)
        || maxTokens < 1) {
      throw new IllegalArgumentException(
          "Invalid text sampling: temperature %s, top-k %d, top-p %s, max tokens %d"
              .formatted(temperature, topK, topP, maxTokens));
    }
    if (stopTokens.stream().anyMatch(id -> id < 0)) {
      throw new IllegalArgumentException(
          "Invalid text sampling: stop tokens %s (must be token ids)".formatted(stopTokens));
    }
  }

  /** Only the end token ends a text. */
  public TextSampling(double temperature, int topK, double topP, int maxTokens) {
    this(temperature, topK, topP, maxTokens, List.of());
  }

  /** Always the most likely token. */
  public static TextSampling greedy(int maxTokens) {
    return new TextSampling(0, 0, 1, maxTokens);
  }

  /** The plain softmax at a temperature. */
  public static TextSampling atTemperature(double temperature, int maxTokens) {
    return new TextSampling(temperature, 0, 1, maxTokens);
  }

  /** The temperature of the stored log-probabilities (1 for greedy sampling). */
  public double logProbTemperature() {
    return temperature == 0 ? 1 : temperature;
  }
}
