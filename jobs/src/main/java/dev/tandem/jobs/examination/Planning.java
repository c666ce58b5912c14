package dev.tandem.jobs.examination;

/**
 * What became of a policy's own plans for one prompt.
 *
 * @param greedyRight whether the most likely plan satisfies the prompt
 * @param samples plans sampled at temperature 1
 * @param right how many of them satisfy the prompt
 * @param wellFormed how many of them are plans at all
 */
record Planning(boolean greedyRight, int samples, int right, int wellFormed) {

  /** Whether a learner would find a right plan among the samples. */
  boolean anyRight() {
    return right > 0;
  }

  double rightShare() {
    return (double) right / samples;
  }

  double wellFormedShare() {
    return (double) wellFormed / samples;
  }
}
