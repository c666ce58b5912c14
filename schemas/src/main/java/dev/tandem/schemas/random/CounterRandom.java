package dev.tandem.schemas.random;

import java.util.Collections;
import java.util.List;

/**
 * Reads the stream of a {@link RandomKey} from its beginning. Two readers of the same key return
 * the same numbers. Not thread-safe: give every task its own key.
 */
public final class CounterRandom {
  private static final double UNIT_53 = 0x1.0p-53;

  private final RandomKey key;
  private long block;
  private int[] words = {};
  private int used;

  CounterRandom(RandomKey key) {
    this.key = key;
  }

  /** The next 64 random bits. */
  public long nextLong() {
    if (used >= words.length) {
      words =
          Philox4x32.block(
              (int) block,
              (int) (block >>> 32),
              (int) key.low(),
              (int) (key.low() >>> 32),
              (int) key.high(),
              (int) (key.high() >>> 32));
      block++;
      used = 0;
    }
    long bits = RandomKey.join(words[used], words[used + 1]);
    used += 2;
    return bits;
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  public double nextDouble() {
    return (nextLong() >>> 11) * UNIT_53;
  }

  /** A uniform integer in [0, bound), without modulo bias. */
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("Invalid bound: " + bound + " (must be positive)");
    }
    long product = (nextLong() >>> 32) * bound;
    long threshold = (0x1_0000_0000L - bound) % bound;
    while ((product & 0xFFFFFFFFL) < threshold) {
      product = (nextLong() >>> 32) * bound;
    }
    return (int) (product >>> 32);
  }

  /** True with the given probability. */
  public boolean nextBoolean(double probability) {
    return nextDouble() < probability;
  }

  /** One element, each equally likely. */
  public <T> T pick(List<T> choices) {
    return choices.get(nextInt(choices.size()));
  }

  /** Shuffles the list in place (Fisher-Yates). */
  public void shuffle(List<?> list) {
    for (int i = list.size() - 1; i > 0; i--) {
      Collections.swap(list, i, nextInt(i + 1));
    }
  }

  /** A standard normal number (Box-Muller, two uniforms a number; platform-independent). */
  public double nextGaussian() {
    double radius = StrictMath.sqrt(-2.0 * StrictMath.log(1.0 - nextDouble()));
    return radius * StrictMath.cos(2.0 * Math.PI * nextDouble());
  }

  /** The next {@code count} standard normal numbers. */
  public float[] nextGaussians(int count) {
    float[] noise = new float[count];
    for (int i = 0; i < count; i++) {
      noise[i] = (float) nextGaussian();
    }
    return noise;
  }
}
