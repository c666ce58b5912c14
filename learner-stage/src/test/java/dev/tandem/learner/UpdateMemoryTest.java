package dev.tandem.learner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.testing.LearnerConfigs;
import dev.tandem.learner.testing.TableWriter;
import dev.tandem.learner.testing.ToyPolicy;
import dev.tandem.learner.testing.ToyRollouts;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.PassCounts;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.Torch;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.TestSpark;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory follows the groups that are worked on, not those of the iteration. */
class UpdateMemoryTest {
  private static final int FEW = 6;
  private static final int MANY = 10 * FEW;

  /** 256 KiB a latent: the many groups take 60 MiB, as much as all else in this process. */
  private static final int LATENT = 1 << 16;

  private static final double GROWTH = 1.2;

  /** The serial collector closes all gaps in one of so many collections; else it leaves some. */
  private static final int COLLECTIONS = 4;

  private static final int SAMPLES = 12;

  @TempDir static Path folder;

  private static Warehouse warehouse;
  private static Path start;

  @BeforeAll
  static void open() {
    Torch.use();
    warehouse = Warehouse.open(TestSpark.session(), folder.resolve("warehouse").toString());
    start = folder.resolve("start");
    try (ToyPolicy policy = ToyPolicy.random(1)) {
      policy.save(start);
      TrainingGroup group = ToyRollouts.reasonOfSize(policy, "a", LATENT, 1.0, -1.0);
      // Also warms up what Spark and this class keep from then on.
      write(FEW, group);
      write(MANY, group);
      peak(FEW);
    }
  }

  @Test
  void tenTimesTheGroupsNeedNoMoreMemory() {
    Peak few = peak(FEW);
    Peak many = peak(MANY);

    assertThat(many.heapBytes()).isLessThan((long) (GROWTH * few.heapBytes()));
    assertThat(many.nativeObjects()).isLessThan((long) (GROWTH * few.nativeObjects()));
  }

  private record Peak(long heapBytes, long nativeObjects) {}

  private static Peak peak(int groups) {
    Probe probe = new Probe(groups);
    // Anchors, replays of the start policy and several steps: everything that is kept in between.
    // One thread: no other makes garbage between a collection and the look.
    new LearnerStage(warehouse, LearnerConfigs.with(Anchor.AUTO, 2, 1, 1), new Probed(probe))
        .update(
            new UpdateRequest(
                "memory",
                groups,
                1,
                start,
                start,
                folder.resolve("after-" + groups),
                Map.of("reason", TextSampling.atTemperature(ToyRollouts.TEMPERATURE, 6)),
                Guidance.NONE,
                SystemPrompts.NONE));
    return new Peak(probe.heap.get(), probe.objects.get());
  }

  private static void write(int groups, TrainingGroup group) {
    new TableWriter(warehouse, "memory")
        .write(
            groups,
            IntStream.range(0, groups)
                .mapToObj(
                    i ->
                        new TrainingGroup(
                            "g" + i,
                            group.stage(),
                            "p" + i,
                            group.trajectories(),
                            group.members(),
                            group.maxTokens()))
                .toList());
  }

  /** Looks at memory a few times in an update: each look collects garbage. */
  private static final class Probe {
    private final int every;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong heap = new AtomicLong();
    private final AtomicLong objects = new AtomicLong();

    Probe(int groups) {
      // Two policies replay for anchors and the start policy, then there are two epochs.
      this.every = Math.max(1, 4 * groups / SAMPLES);
    }

    void look() {
      if (calls.getAndIncrement() % every == 0) {
        for (int i = 0; i < COLLECTIONS; i++) {
          System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        heap.accumulateAndGet(runtime.totalMemory() - runtime.freeMemory(), Math::max);
        objects.accumulateAndGet(Pointer.totalCount(), Math::max);
      }
    }
  }

  private record Probed(Probe probe) implements PolicyStore {
    @Override
    public TrainablePolicy load(Path folder) {
      return new ProbedPolicy(ToyPolicy.load(folder), probe);
    }

    @Override
    public TrainablePolicy loadAdapted(
        Path base, @Nullable Path checkpoint, LoraSettings settings, RandomKey key) {
      return ToyPolicy.STORE.loadAdapted(base, checkpoint, settings, key);
    }

    @Override
    public String version(Path folder) {
      return ToyPolicy.STORE.version(folder);
    }
  }

  private record ProbedPolicy(TrainablePolicy policy, Probe probe) implements TrainablePolicy {
    @Override
    public SortedMap<String, Tensor> parameters() {
      return policy.parameters();
    }

    @Override
    public Replay replay(TrajectoryGroup group) {
      probe.look();
      return policy.replay(group);
    }

    @Override
    public long work(TrajectoryGroup group) {
      return policy.work(group);
    }

    @Override
    public PassCounts passes() {
      return policy.passes();
    }

    @Override
    public void save(Path folder) {
      policy.save(folder);
    }

    @Override
    public void close() {
      policy.close();
    }
  }
}
