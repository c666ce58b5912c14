package dev.tandem.policy.bagel;

import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.random.CounterRandom;

/** Picks the next tokens of a decoding, one row at a time. Not thread-safe. */
final class TokenSampler {
  private final boolean greedy;
  private final TokenDistribution distribution;

  TokenSampler(TextSampling sampling, int vocabulary) {
    this.greedy = sampling.temperature() == 0;
    this.distribution = new TokenDistribution(sampling, vocabulary);
  }

  /**
   * A pick and its log-probability.
   *
   * @param logProb under the temperature-scaled distribution before truncation
   */
  record Pick(int token, float logProb) {}

  /** Picks from the row of logits that begins at the offset; takes one number unless greedy. */
  Pick pick(float[] logits, int offset, CounterRandom random) {
    distribution.read(i -> logits[offset + i]);
    int token = greedy ? distribution.best() : distribution.draw(random.nextDouble());
    return new Pick(token, (float) distribution.logProb(token));
  }
}
