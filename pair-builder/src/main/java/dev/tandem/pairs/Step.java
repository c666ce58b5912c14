package dev.tandem.pairs;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Centroids to assign rows to, and what is known from before.
 *
 * @param moved clusters whose centres moved since
 * @param before the rows' standings among the centroids before; null if there were none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Step(Centroids centroids, int[] moved, @Nullable Standings before) implements Serializable {

  static Step first(Centroids centroids) {
    return new Step(centroids, centroids.clusters(), null);
  }
}
