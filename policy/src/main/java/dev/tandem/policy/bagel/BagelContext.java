package dev.tandem.policy.bagel;

import dev.tandem.policy.Context;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of a context, with the rows' own lengths once text was generated. Owns its
 * memory, which must have been retained.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BagelContext(
    int rows,
    KeyValues memory,
    int columns,
    int prefixColumns,
    int[] lengths,
    int nextPosition,
    @Nullable Tail tail)
    implements Context {

  /**
   * The last column of generated text, still to be written: most contexts are closed without anyone
   * looking at it.
   *
   * @param tokens token of each row, or any where the row had ended
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tail(int[] tokens) {}

  /** A context of one row that nothing was generated after. */
  static BagelContext of(Prefix prefix) {
    return new BagelContext(
        1,
        prefix.memory().retain(),
        prefix.columns(),
        prefix.columns(),
        new int[1],
        prefix.nextPosition(),
        null);
  }

  @Override
  public void close() {
    memory.release();
  }
}
