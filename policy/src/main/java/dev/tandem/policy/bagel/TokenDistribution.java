package dev.tandem.policy.bagel;

import dev.tandem.policy.TextSampling;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * The distribution of the next token: the softmax of the logits at a temperature, cut to the top-k
 * and top-p candidates. Reused from row to row; not thread-safe.
 *
 * <p>Probabilities before the cut are those of the whole vocabulary, also for the mass of top-p, so
 * that top-k 1000 with top-p is R3's filter.
 */
final class TokenDistribution {
  private final double temperature;
  private final double topP;
  private final boolean truncated;
  private final double[] logProbs;
  private final RankedTokens ranked;
  private final int[] candidates;
  private int best;
  private int count;
  private double kept;

  TokenDistribution(TextSampling sampling, int vocabulary) {
    this.temperature = sampling.logProbTemperature();
    this.topP = sampling.topP();
    this.truncated = sampling.topK() > 0 || topP < 1;
    this.logProbs = new double[vocabulary];
    this.ranked = new RankedTokens(truncated ? vocabulary : 0);
    int most = sampling.topK() == 0 ? vocabulary : Math.min(sampling.topK(), vocabulary);
    this.candidates = new int[truncated ? most : 0];
  }

  /** Takes the logits of a row, one for each token id. */
  void read(IntToDoubleFunction logits) {
    double max = Double.NEGATIVE_INFINITY;
    best = 0;
    for (int i = 0; i < logProbs.length; i++) {
      double value = logits.applyAsDouble(i) / temperature;
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
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("Cannot sample a token: the policy's logits are not numbers");
    }
    double normaliser = max + StrictMath.log(sum);
    for (int i = 0; i < logProbs.length; i++) {
      logProbs[i] -= normaliser;
    }
  }

  /** The most likely token; the smallest id of equally likely ones. */
  int best() {
    return best;
  }

  /** Log-probability of a token before the cut. */
  double logProb(int token) {
    return logProbs[token];
  }

  /** The token in which a number of [0, 1) falls. */
  int draw(double uniform) {
    return truncated ? drawCandidate(uniform) : drawAny(uniform);
  }

  private int drawAny(double uniform) {
    double cumulative = 0;
    for (int i = 0; i < logProbs.length; i++) {
      cumulative += StrictMath.exp(logProbs[i]);
      if (uniform < cumulative) {
        return i;
      }
    }
    return lastPossible();
  }

  /** Rounding may leave the cumulative sum just below 1. */
  private int lastPossible() {
    int last = logProbs.length - 1;
    while (Double.isInfinite(logProbs[last])) {
      last--;
    }
    return last;
  }

  private int drawCandidate(double uniform) {
    findCandidates();
    double cumulative = 0;
    for (int rank = 0; rank < count; rank++) {
      cumulative += StrictMath.exp(logProbs[candidates[rank]]);
      if (uniform * kept < cumulative) {
        return candidates[rank];
      }
    }
    return candidates[count - 1];
  }

  /**
   * Ranks the candidates. One is kept while those before it have at most the mass top-p; the first
   * always is, impossible tokens never are.
   */
  private void findCandidates() {
    ranked.order(logProbs);
    kept = 0;
    count = 0;
    while (count < candidates.length && (topP == 1 || kept <= topP)) {
      int token = ranked.next();
      double probability = StrictMath.exp(logProbs[token]);
      if (probability == 0) {
        break;
      }
      candidates[count++] = token;
      kept += probability;
    }
  }

  /** The distribution that {@link #draw} follows, {@code [V]}. */
  double[] probabilities() {
    double[] probabilities = new double[logProbs.length];
    if (truncated) {
      findCandidates();
      for (int rank = 0; rank < count; rank++) {
        probabilities[candidates[rank]] = StrictMath.exp(logProbs[candidates[rank]]) / kept;
      }
    } else {
      Arrays.setAll(probabilities, i -> StrictMath.exp(logProbs[i]));
    }
    return probabilities;
  }
}
