package dev.tandem.pairs;

import java.util.Arrays;

/**
 * Links images whose 64-bit hashes differ in few bits, all of them and nothing else. Hashes within
 * d bits of each other agree in at least one of d + 1 bands of bits, so only hashes with an equal
 * band are compared. A hash of zero is that of a flat image, says nothing and is linked to none.
 */
final class HashNeighbours {
  private static final int BITS = 64;

  private HashNeighbours() {}

  /** The groups of images by hash, the images' indexes being places in the array. */
  static DuplicateGroups link(long[] hashes, int distance) {
    DuplicateGroups groups = new DuplicateGroups(hashes.length);
    long[] distinct = Arrays.stream(hashes).filter(hash -> hash != 0).sorted().distinct().toArray();
    int[] owners = new int[distinct.length];
    Arrays.fill(owners, -1);
    for (int i = 0; i < hashes.length; i++) {
      int place = Arrays.binarySearch(distinct, hashes[i]);
      if (place >= 0 && owners[place] < 0) {
        owners[place] = i;
      } else if (place >= 0) {
        groups.link(i, owners[place]);
      }
    }
    int bands = distance + 1;
    for (int band = 0; distance > 0 && band < bands; band++) {
      linkBand(distinct, BITS * band / bands, BITS * (band + 1) / bands, distance, owners, groups);
    }
    return groups;
  }

  private static void linkBand(
      long[] hashes, int low, int high, int distance, int[] owners, DuplicateGroups groups) {
    long mask = (1L << (high - low)) - 1; // at most 32 bits, since there are two bands or more
    long[] sorted = new long[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      sorted[i] = (hashes[i] >>> low & mask) << Integer.SIZE | i;
    }
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      int one = (int) sorted[i];
      for (int j = i + 1; j < sorted.length && sorted[j] >> 32 == sorted[i] >> 32; j++) {
        int other = (int) sorted[j];
        if (Long.bitCount(hashes[one] ^ hashes[other]) <= distance) {
          groups.link(owners[one], owners[other]);
        }
      }
    }
  }
}
