package dev.tandem.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashNeighboursTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 7, 15})
  void bandsFindWhatComparingAllFinds(int distance) {
    long[] hashes = hashes(400, distance);
    DuplicateGroups expected = new DuplicateGroups(hashes.length);
    for (int i = 0; i < hashes.length; i++) {
      for (int j = i + 1; j < hashes.length; j++) {
        if (Long.bitCount(hashes[i] ^ hashes[j]) <= distance) {
          expected.link(i, j);
        }
      }
    }
    DuplicateGroups found = HashNeighbours.link(hashes, distance);
    for (int i = 0; i < hashes.length; i++) {
      assertThat(found.first(i)).isEqualTo(expected.first(i));
    }
    assertThat(found.duplicates()).isPositive().isLessThan(hashes.length);
  }

  /** Half of the hashes are others' with about as many bits turned as may differ. */
  private static long[] hashes(int count, int distance) {
    Random random = new Random(5);
    long[] hashes = new long[count];
    for (int i = 0; i < count; i++) {
      if (i < count / 2) {
        hashes[i] = random.nextLong();
      } else {
        hashes[i] = hashes[random.nextInt(i)];
        for (int bit = random.nextInt(distance + 3); bit > 0; bit--) {
          hashes[i] ^= 1L << random.nextInt(64);
        }
      }
    }
    return hashes;
  }
}
