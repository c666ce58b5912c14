package dev.tandem.learner.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.learner.parallel.C10dRanks.Seat;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.Torch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class C10dRanksTest {
  private static final String HOST = "127.0.0.1";
  private static final RankTimeouts PATIENT =
      new RankTimeouts(Duration.ofSeconds(60), Duration.ofSeconds(60));

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private MeetingPoint.Open meeting;

  @BeforeEach
  void open() {
    Torch.use();
    meeting = MeetingPoint.open(HOST);
  }

  @AfterEach
  void close() {
    meeting.close();
    threads.shutdownNow();
  }

  @Test
  void sumsAreTheSameOnEveryRankHoweverTensorsLieInMemory() throws Exception {
    List<double[]> sums =
        onAll(
            2,
            PATIENT,
            ranks -> {
              try (PointerScope scope = new PointerScope()) {
                Tensor rows = HostTensors.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
                Tensor columns = HostTensors.of(new double[] {1, 4, 2, 5, 3, 6}, 3, 2).t();
                Tensor mine = ranks.rank() == 0 ? rows : columns;
                ranks.sum(List.of(mine));
                return HostTensors.doubles(mine);
              }
            });

    assertThat(sums)
        .hasSize(2)
        .allSatisfy(sum -> assertThat(sum).containsExactly(2, 4, 6, 8, 10, 12));
  }

  @Test
  void everyRankHearsWhatAllSayInTheOrderOfRanks() throws Exception {
    List<List<String>> heard =
        onAll(
            3,
            PATIENT,
            ranks -> {
              List<String> all = new ArrayList<>();
              for (int turn = 0; turn < 3; turn++) {
                all.addAll(ranks.gather("rank " + ranks.rank() + " turn " + turn));
              }
              return all;
            });

    assertThat(heard)
        .hasSize(3)
        .allSatisfy(
            all ->
                assertThat(all)
                    .hasSize(9)
                    .startsWith("rank 0 turn 0", "rank 1 turn 0", "rank 2 turn 0")
                    .endsWith("rank 2 turn 2"));
  }

  @Test
  void ranksThatNeverStartAreNamed() {
    RankTimeouts hasty = new RankTimeouts(Duration.ofMillis(300), Duration.ofSeconds(60));

    assertThatThrownBy(() -> join(1, 3, hasty))
        .isInstanceOf(RankException.class)
        .hasMessage(
            "Rank 1 of 3 waited 0.3 s at the rendezvous (learner.rendezvous_timeout): rank 0, 2 did not come");
  }

  @Test
  void aMeetingPointThatIsGoneIsAnErrorThatNamesIt() {
    MeetingPoint gone = meeting.point();
    meeting.close();
    RankTimeouts hasty = new RankTimeouts(Duration.ofMillis(300), Duration.ofSeconds(60));

    assertThatThrownBy(() -> C10dRanks.join(gone, seat(0, 2), hasty, () -> false))
        .isInstanceOf(RankException.class)
        .hasMessageStartingWith(
            "Rank 0 of 2 cannot meet the others at 127.0.0.1:%d within 0.3 s (learner.rendezvous_timeout): "
                .formatted(gone.port()));
  }

  @Test
  void aRankThatHangsBeforeAnExchangeIsNamed() {
    RankTimeouts hasty = new RankTimeouts(Duration.ofSeconds(60), Duration.ofMillis(300));

    assertThatThrownBy(
            () ->
                onAll(
                    2,
                    hasty,
                    ranks -> {
                      if (ranks.rank() == 1) {
                        return List.of();
                      }
                      return ranks.gather("here");
                    }))
        .hasMessage(
            "Rank 0 of 2 waited 0.3 s at exchange 0 (learner.allreduce_timeout): rank 1 did not come");
  }

  @Test
  void aRankThatHangsInASumEndsItByTimeoutAndIsNamed() {
    RankTimeouts hasty = new RankTimeouts(Duration.ofSeconds(60), Duration.ofMillis(500));
    AtomicBoolean over = new AtomicBoolean();

    assertThatThrownBy(
            () ->
                onAll(
                    2,
                    hasty,
                    ranks -> {
                      if (ranks.rank() == 1) {
                        await(over);
                        return 0;
                      }
                      try (PointerScope scope = new PointerScope()) {
                        ranks.sum(List.of(HostTensors.of(new double[] {1}, 1)));
                        return 0;
                      } finally {
                        over.set(true);
                      }
                    }))
        .isInstanceOf(RankException.class)
        .hasMessageStartingWith("Rank 0 of 2 could not sum gradients: after ")
        .hasMessageContaining("Timed out")
        .hasMessageContaining("learner.allreduce_timeout is 0.5 s")
        .hasMessageEndingWith("rank 1 does not answer");
  }

  @Test
  void aRankThatLeavesEndsTheSumOfTheOthers() {
    assertThatThrownBy(
            () ->
                onAll(
                    2,
                    PATIENT,
                    ranks -> {
                      if (ranks.rank() == 1) {
                        return 0;
                      }
                      try (PointerScope scope = new PointerScope()) {
                        ranks.sum(List.of(HostTensors.of(new double[] {1}, 1)));
                        return 0;
                      }
                    }))
        .isInstanceOf(RankException.class)
        .hasMessageContaining("rank 1 does not answer");
  }

  @Test
  void cancellingEndsTheWait() {
    assertThatThrownBy(() -> C10dRanks.join(meeting.point(), seat(0, 2), PATIENT, () -> true))
        .isInstanceOf(RankException.class)
        .hasMessage("Rank 0 of 2 was cancelled while it waited for rank 1");
  }

  @Test
  void differentWeightsAreAnErrorThatNamesRanksAndDigests() {
    assertThatThrownBy(
            () ->
                onAll(
                    3,
                    PATIENT,
                    ranks -> {
                      WeightDigest.requireEqual(ranks, ranks.rank() == 1 ? "bbb" : "aaa");
                      return 0;
                    }))
        .isInstanceOf(RankException.class)
        .hasMessage(
            "The ranks have different weights after the update: found SHA-256 aaa on rank 0, 2, bbb on rank 1 (expected the same on all 3)");
  }

  @Test
  void digestChangesWithAnyValueAndAnyName() {
    try (PointerScope scope = new PointerScope()) {
      Tensor one = HostTensors.of(new double[] {1, 2}, 2);
      Tensor other = HostTensors.of(new double[] {1, 2.0000000000000004}, 2);
      var digests =
          List.of(
              WeightDigest.of(new java.util.TreeMap<>(java.util.Map.of("a", one))),
              WeightDigest.of(new java.util.TreeMap<>(java.util.Map.of("a", other))),
              WeightDigest.of(new java.util.TreeMap<>(java.util.Map.of("b", one))));

      assertThat(digests).doesNotHaveDuplicates();
      assertThat(WeightDigest.of(new java.util.TreeMap<>(java.util.Map.of("a", one.clone()))))
          .isEqualTo(digests.get(0));
    }
  }

  private static void await(AtomicBoolean over) {
    while (!over.get()) {
      Thread.onSpinWait();
    }
  }

  private C10dRanks join(int rank, int count, RankTimeouts timeouts) {
    return C10dRanks.join(meeting.point(), seat(rank, count), timeouts, () -> false);
  }

  private static Seat seat(int rank, int count) {
    return new Seat(rank, count, "attempt-0", HOST, Transport.GLOO);
  }

  /** Runs ranks as threads; the results by rank, or the failure of the first that failed. */
  private <T> List<T> onAll(int count, RankTimeouts timeouts, Function<Ranks, T> work)
      throws Exception {
    List<Future<T>> running = new ArrayList<>();
    for (int rank = 0; rank < count; rank++) {
      int mine = rank;
      running.add(
          threads.submit(
              () -> {
                Torch.use();
                try (Ranks ranks = join(mine, count, timeouts)) {
                  return work.apply(ranks);
                }
              }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> future : running) {
      try {
        results.add(future.get());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof Exception cause) {
          throw cause;
        }
        throw e;
      }
    }
    return results;
  }
}
