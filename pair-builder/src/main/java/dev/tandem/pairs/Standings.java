package dev.tandem.pairs;

import java.io.Serializable;

/**
 * What a pass over rows remembers of each, by index or by place in a block. A score is x.c - |c|^2
 * / 2, the higher the nearer.
 *
 * @param clusters the nearest centre
 * @param bounds no other centre's score is higher
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Standings(int[] clusters, double[] bounds) implements Serializable {}
