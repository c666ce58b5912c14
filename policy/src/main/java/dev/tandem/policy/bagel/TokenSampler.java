package dev.tandem.policy.bagel;

import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.random.CounterRandom;
import java.util.Arrays;
import java.util.Comparator;

/** Picks the next token of one row from its logits. */
final class TokenSampler {
  private final TextSampling sampling;
  private final double[] logProbs;
  private final Integer[] byProbability;

  TokenSampler(TextSampling sampling, int vocabulary) {
    this.sampling = sampling;
    this.logProbs = new double[vocabulary];
    this.byProbability = new Integer[vocabulary];
    Arrays.setAll(byProbability, i -> i);
  }

  /**
   * A pick and its log-probability.
   *
   * @param logProb under the temperature-scaled distribution before truncation
   */
  record Pick(int token, float logProb) {}

  Pick pick(float[] logits, int offset, CounterRandom random) {
    double temperature = sampling.logProbTemperature();
    double max = Double.NEGATIVE_INFINITY;
    int best = 0;
    for (int i = 0; i < logProbs.length; i++) {
      double value = logits[offset + i] / temperature;
      if (value > max) {
        max = value;
        best = i;
      }
      logProbs[i] = value;
    }
    double sum = 0;
    for (double value : logProbs) {
      sum += StrictMath.exp(value - max);
    }
    double normaliser = max + StrictMath.log(sum);
    for (int i = 0; i < logProbs.length; i++) {
      logProbs[i] -= normaliser;
    }
    int token = sampling.temperature() == 0 ? best : draw(random);
    return new Pick(token, (float) logProbs[token]);
  }

  private int draw(CounterRandom random) {
    double uniform = random.nextDouble();
    if (sampling.topK() == 0 && sampling.topP() == 1) {
      double cumulative = 0;
      for (int i = 0; i < logProbs.length; i++) {
        cumulative += StrictMath.exp(logProbs[i]);
        if (uniform < cumulative) {
          return i;
        }
      }
      return lastPossible();
    }
    return drawTruncated(uniform);
  }

  /** Rounding may leave the cumulative sum just below 1. */
  private int lastPossible() {
    int last = logProbs.length - 1;
    while (Double.isInfinite(logProbs[last])) {
      last--;
    }
    return last;
  }

  private int drawTruncated(double uniform) {
    Arrays.sort(
        byProbability,
        Comparator.<Integer>comparingDouble(i -> -logProbs[i]).thenComparingInt(i -> i));
    int limit = sampling.topK() == 0 ? logProbs.length : Math.min(sampling.topK(), logProbs.length);
    double kept = 0;
    int count = 0;
    while (count < limit && kept < sampling.topP()) {
      kept += StrictMath.exp(logProbs[byProbability[count++]]);
    }
    double cumulative = 0;
    for (int rank = 0; rank < count; rank++) {
      cumulative += StrictMath.exp(logProbs[byProbability[rank]]);
      if (uniform * kept < cumulative) {
        return byProbability[rank];
      }
    }
    return byProbability[count - 1];
  }
}
