package dev.tandem.policy;

/**
 * What a policy has computed since it was loaded: evaluations of the decoder by kind, each for a
 * whole batch, and the tokens that went through it.
 *
 * @param contexts contexts read, once for the whole group
 * @param textSteps columns of text sampled, one token a sample
 * @param textReplays passes over whole texts with every token given
 * @param velocities evaluations of the velocity
 * @param tokens rows times columns over all passes
 */
public record PassCounts(
    long contexts, long textSteps, long textReplays, long velocities, long tokens) {

  /** What was computed since the earlier count. */
  public PassCounts since(PassCounts earlier) {
    return new PassCounts(
        contexts - earlier.contexts,
        textSteps - earlier.textSteps,
        textReplays - earlier.textReplays,
        velocities - earlier.velocities,
        tokens - earlier.tokens);
  }
}
