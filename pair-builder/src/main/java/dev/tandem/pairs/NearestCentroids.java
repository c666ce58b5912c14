package dev.tandem.pairs;

import java.io.Serializable;

/**
 * The nearest centroids of every image.
 *
 * @param table {@code [N, probes]}, nearest first
 * @param probes how many of each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NearestCentroids(int[] table, int probes) implements Serializable {

  /** The cluster that an image belongs to. */
  int cluster(int index) {
    return table[index * probes];
  }

  /** The centroid in the given place, 0 the nearest. */
  int cluster(int index, int place) {
    return table[index * probes + place];
  }
}
