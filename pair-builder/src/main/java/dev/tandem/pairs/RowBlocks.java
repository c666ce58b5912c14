package dev.tandem.pairs;

import java.io.Serializable;
import java.util.Iterator;

/** The rows of a matrix in blocks, wherever they lie. */
interface RowBlocks {

  /**
   * Runs a pass over all blocks, in parts that see some of them, and merges what the parts found.
   *
   * @param shared what every part is given; sent once to each machine
   */
  <S, T> T aggregate(S shared, Pass<S, T> pass, Merge<T> merge);

  /** One part of a pass. */
  interface Pass<S, T> extends Serializable {
    T over(Iterator<VectorBlock> blocks, S shared);
  }

  /** Joins what two parts found; may change and return the first. */
  interface Merge<T> extends Serializable {
    T of(T first, T second);
  }
}
