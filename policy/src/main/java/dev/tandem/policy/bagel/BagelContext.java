package dev.tandem.policy.bagel;

import dev.tandem.policy.Context;
import dev.tandem.policy.Segment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of a context, with the rows' own lengths once text was generated. Owns its
 * memory, which must have been retained.
 *
 * @param segments what was read, without the generated text
 * @param columns columns of the memory that are written
 * @param prefixColumns columns that were read; the others were generated
 * @param lengths generated columns of each row
 * @param nextPosition position of the first generated token
 * @param generated the generated texts; null before any
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BagelContext(
    List<Segment> segments,
    int rows,
    KeyValues memory,
    int columns,
    int prefixColumns,
    int[] lengths,
    int nextPosition,
    @Nullable Generated generated)
    implements Context {

  BagelContext {
    segments = List.copyOf(segments);
  }

  /**
   * Texts that were generated after the segments.
   *
   * @param texts as teacher forcing reads them
   * @param tail the last column of tokens, still to be written: most contexts are closed without
   *     anyone looking at it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Generated(TaughtTexts texts, int[] tail) {}

  /** A context of one row that nothing was generated after. */
  static BagelContext of(List<Segment> segments, Prefix prefix) {
    return new BagelContext(
        segments,
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
