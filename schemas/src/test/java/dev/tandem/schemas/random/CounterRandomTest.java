package dev.tandem.schemas.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The vectors were computed by an independent implementation. Stored runs depend on them: a change
 * here makes old runs irreproducible.
 */
class CounterRandomTest {
  private static final int DRAWS = 100_000;

  /** Five standard errors: chance fails a check less than once in a million changes of the seed. */
  private static final double SIGMAS = 5;

  private static final RandomKey ROLLOUT =
      RandomKey.of(42).with("rollout").with(3).with("group-\u00e9").with(7);

  @Test
  void keysAreStable() {
    assertThat(RandomKey.of(0)).isEqualTo(new RandomKey(0xF2256110F255A7BAL, 0xA2D663B80E010E05L));
    assertThat(RandomKey.of(-1)).isEqualTo(new RandomKey(0x89B6E1EC9928BE7CL, 0x78362B8598C14620L));
    assertThat(ROLLOUT).isEqualTo(new RandomKey(0xEEC521373A8DD62CL, 0x801F93CD28063AD3L));
  }

  @Test
  void bitsAreStable() {
    CounterRandom random = ROLLOUT.random();
    assertThat(List.of(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()))
        .containsExactly(
            0x4901F3D90934CE27L, 0x39690E5A28CF1DDBL, 0x0077122222306C41L, 0xDA961827D6657682L);
  }

  @Test
  void numbersAreStable() {
    CounterRandom uniform = ROLLOUT.random();
    assertThat(uniform.nextDouble()).isEqualTo(0.28518604325036556);
    assertThat(uniform.nextDouble()).isEqualTo(0.22425927830846282);
    CounterRandom normal = ROLLOUT.random();
    assertThat(normal.nextGaussian()).isEqualTo(0.13195248198932133, within(1e-15));
    assertThat(normal.nextGaussian()).isEqualTo(0.036618763277481224, within(1e-15));
    CounterRandom integers = ROLLOUT.random();
    assertThat(IntStream.range(0, 8).map(i -> integers.nextInt(10)))
        .containsExactly(2, 2, 0, 8, 0, 5, 8, 0);
  }

  @Test
  void equalKeysGiveEqualStreamsAndDifferentKeysDifferentOnes() {
    assertThat(ROLLOUT.random().nextGaussians(9)).isEqualTo(ROLLOUT.random().nextGaussians(9));
    Set<RandomKey> keys = new HashSet<>();
    for (int i = -500; i < 500; i++) {
      keys.add(ROLLOUT.with(i));
      keys.add(ROLLOUT.with(Integer.toString(i)));
      keys.add(RandomKey.of(i));
    }
    assertThat(keys).hasSize(3000);
  }

  @Test
  void labelsThatShareBytesAreDifferentStreams() {
    RandomKey key = RandomKey.of(1);
    List<RandomKey> keys =
        List.of(
            key,
            key.with(""),
            key.with("\0"),
            key.with("a"),
            key.with("\0a"),
            key.with("a").with(""),
            key.with("eight888x"),
            key.with("eight888").with("x"));
    assertThat(keys).doesNotHaveDuplicates();
  }

  @Test
  void uniformNumbersFillTheUnitIntervalEvenly() {
    CounterRandom random = RandomKey.of(11).random();
    int[] bins = new int[20];
    for (int i = 0; i < DRAWS; i++) {
      double u = random.nextDouble();
      assertThat(u >= 0 && u < 1).isTrue();
      bins[(int) (u * bins.length)]++;
    }
    assertEven(bins);
  }

  @Test
  void firstNumbersOfNeighbouringStreamsAreUniformToo() {
    int[] bins = new int[20];
    RandomKey parent = RandomKey.of(12);
    for (int i = 0; i < DRAWS; i++) {
      bins[(int) (parent.with(i).random().nextDouble() * bins.length)]++;
    }
    assertEven(bins);
  }

  @Test
  void integersAreEvenForBoundsThatAreNoPowerOfTwo() {
    CounterRandom random = RandomKey.of(13).random();
    int[] bins = new int[7];
    for (int i = 0; i < DRAWS; i++) {
      bins[random.nextInt(7)]++;
    }
    assertEven(bins);
    assertThat(random.nextInt(1)).isZero();
    assertThat(random.nextInt(Integer.MAX_VALUE)).isNotNegative();
    assertThatThrownBy(() -> random.nextInt(0)).hasMessageContaining("must be positive");
  }

  @Test
  void gaussiansHaveTheMomentsOfTheNormalDistribution() {
    float[] noise = RandomKey.of(14).random().nextGaussians(DRAWS);
    double root = Math.sqrt(DRAWS);
    assertThat(moment(noise, 1)).isEqualTo(0, within(SIGMAS / root));
    assertThat(moment(noise, 2)).isEqualTo(1, within(SIGMAS * Math.sqrt(2) / root));
    assertThat(moment(noise, 3)).isEqualTo(0, within(SIGMAS * Math.sqrt(15) / root));
    assertThat(moment(noise, 4)).isEqualTo(3, within(SIGMAS * Math.sqrt(96) / root));
  }

  @Test
  void aShuffleIsAPermutationAndReachesEveryOrder() {
    Set<List<Integer>> orders = new HashSet<>();
    CounterRandom random = RandomKey.of(15).random();
    for (int i = 0; i < 300; i++) {
      List<Integer> list = new ArrayList<>(List.of(1, 2, 3, 4));
      random.shuffle(list);
      assertThat(list).containsExactlyInAnyOrder(1, 2, 3, 4);
      orders.add(list);
    }
    assertThat(orders).hasSize(24);
  }

  private static double moment(float[] numbers, int power) {
    return IntStream.range(0, numbers.length)
        .mapToDouble(i -> Math.pow(numbers[i], power))
        .average()
        .orElseThrow();
  }

  private static void assertEven(int[] bins) {
    double expected = (double) DRAWS / bins.length;
    double allowed = SIGMAS * Math.sqrt(expected);
    assertThat(Arrays.stream(bins).boxed())
        .allSatisfy(bin -> assertThat((double) bin).isEqualTo(expected, within(allowed)));
  }
}
