package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sample is the same, bit for bit, wherever, whenever and beside whatever it is computed. */
class GroupIdentityTest {
  private static final int GROUPS = 16;
  private static final int MEMBERS = 6;

  /** Matrix products of another shape round differently, and steps add that up. */
  private static final float ALONE = 1e-4f;

  private static final TextSampling TEXT = new TextSampling(1, 0, 1, 40);
  private static final ImageSampling IMAGE = new ImageSampling(8, 3, List.of(0, 1, 3), 0.7);

  private static Policy policy;
  private static List<List<Object>> expected;

  @BeforeAll
  static void sampleInOrder() {
    policy = Policies.load(Rollouts.bundled());
    expected = IntStream.range(0, GROUPS).mapToObj(group -> rollOut(group).bits()).toList();
  }

  @AfterAll
  static void close() {
    policy.close();
  }

  private static Rollouts rollOut(int group) {
    return Rollouts.sample(
        policy, Rollouts.context(group), TEXT, IMAGE, Rollouts.keys(group, MEMBERS));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "3, 1", "16, 1", "1, 2", "3, 2", "16, 2"})
  void groupsAreTheSameInAnyPartitionsOnAnyThreadsInAnyOrder(int partitions, int threads)
      throws Exception {
    List<Integer> order = new ArrayList<>(IntStream.range(0, GROUPS).boxed().toList());
    Collections.shuffle(order, new Random(partitions * 31L + threads));
    List<List<Object>> found = new ArrayList<>(Collections.nCopies(GROUPS, List.of()));
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int partition = 0; partition < partitions; partition++) {
        int first = partition;
        running.add(
            workers.submit(
                () -> {
                  for (int i = first; i < GROUPS; i += partitions) {
                    found.set(order.get(i), rollOut(order.get(i)).bits());
                  }
                }));
      }
      for (Future<?> task : running) {
        task.get();
      }
    } finally {
      workers.shutdown();
    }
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void membersSampledAloneAgreeUpToRounding() {
    for (int group = 0; group < GROUPS; group++) {
      Rollouts together = rollOut(group);
      List<RandomKey> keys = Rollouts.keys(group, MEMBERS);
      for (int member = 0; member < MEMBERS; member++) {
        Rollouts alone =
            Rollouts.sample(
                policy, Rollouts.context(group), TEXT, IMAGE, List.of(keys.get(member)));
        String name = "group %d, member %d".formatted(group, member);
        assertThat(alone.texts().get(0).tokens())
            .as(name)
            .isEqualTo(together.texts().get(member).tokens());
        for (int step = 0; step < IMAGE.stochasticSteps().size(); step++) {
          assertThat(alone.images().get(0).steps().get(step).xNext())
              .as(name)
              .containsExactly(
                  together.images().get(member).steps().get(step).xNext(), within(ALONE));
        }
      }
    }
  }
}
