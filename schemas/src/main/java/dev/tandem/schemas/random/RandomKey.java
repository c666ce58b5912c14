package dev.tandem.schemas.random;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * The identity of a random stream: a run seed refined by labels and indexes such as the iteration,
 * the group, the sample and the step. Equal identities give equal numbers on every machine, thread
 * and retry; the order in which streams are used does not matter.
 *
 * @param high upper half of the 128-bit identity
 * @param low lower half of the 128-bit identity
 */
public record RandomKey(long high, long low) implements Serializable {

  /** The root of all streams of a run. */
  public static RandomKey of(long seed) {
    return new RandomKey(0x74616E64656D2D31L, 0L).with(seed);
  }

  /** The stream of the given member of this family, for example an iteration or a sample index. */
  public RandomKey with(long index) {
    int[] word =
        Philox4x32.block(
            (int) index,
            (int) (index >>> 32),
            (int) low,
            (int) (low >>> 32),
            (int) high,
            (int) (high >>> 32));
    return new RandomKey(join(word[0], word[1]), join(word[2], word[3]));
  }

  /** The stream of the given name within this family, for example a stage or a group identifier. */
  public RandomKey with(String label) {
    byte[] utf8 = label.getBytes(StandardCharsets.UTF_8);
    RandomKey key = with(utf8.length);
    for (int start = 0; start < utf8.length; start += Long.BYTES) {
      long word = 0;
      for (int i = start; i < Math.min(start + Long.BYTES, utf8.length); i++) {
        word = word << Byte.SIZE | (utf8[i] & 0xFF);
      }
      key = key.with(word);
    }
    return key;
  }

  /** A reader at the start of this stream. */
  public CounterRandom random() {
    return new CounterRandom(this);
  }

  static long join(int upper, int lower) {
    return (long) upper << 32 | (lower & 0xFFFFFFFFL);
  }
}
