package dev.tandem.pairs;

/**
 * A possible pair.
 *
 * @param generation index of the generation sample, in the order of sample ids
 * @param understanding index of the understanding sample, in the same order
 * @param similarity cosine of the two images
 */
record Edge(int generation, int understanding, double similarity) {}
