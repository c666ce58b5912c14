package dev.tandem.schemas.random;

/**
 * The Philox4x32-10 bijection of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC
 * 2011): a 128-bit counter and a 64-bit key give 128 random bits.
 */
final class Philox4x32 {
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final int ROUNDS = 10;

  private Philox4x32() {}

  /** Returns the four output words for the given counter words and key words. */
  static int[] block(int c0, int c1, int c2, int c3, int key0, int key1) {
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
      long p1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
      int n0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      int n2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c0 = n0;
      c1 = (int) p1;
      c2 = n2;
      c3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return new int[] {c0, c1, c2, c3};
  }
}
