package dev.tandem.policy;

import java.io.Serializable;

/**
 * How text is sampled.
 *
 * @param temperature divides the logits; 0 takes the most likely token
 * @param topK keeps this many tokens; 0 keeps all
 * @param topP keeps the smallest set of this probability mass; 1 keeps all
 * @param maxTokens longest text, the end token included
 */
public record TextSampling(double temperature, int topK, double topP, int maxTokens)
    implements Serializable {
  public TextSampling {
    if (!(temperature >= 0) || topK < 0 || !(topP > 0 && topP <= 1) || maxTokens < 1) {
      throw new IllegalArgumentException(
          "Invalid text sampling: temperature %s, top-k %d, top-p %s, max tokens %d"
              .formatted(temperature, topK, topP, maxTokens));
    }
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
