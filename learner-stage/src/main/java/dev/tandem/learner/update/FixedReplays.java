package dev.tandem.learner.update;

import dev.tandem.learner.batch.SpoolFile;
import dev.tandem.learner.batch.SpoolFile.Slice;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The replays that do not follow the weights: anchors and those of the start policy. Where a batch
 * is used for one optimizer step they are made in the pass that needs them; where for several,
 * before the first one, and kept in a file, so that memory does not grow with the batch.
 */
final class FixedReplays implements AutoCloseable {
  private final LearnerConfig config;
  private final TrainablePolicy policy;
  private final @Nullable TrainablePolicy reference;
  private final @Nullable SpoolFile file;
  private final Map<MicroBatch, Kept> kept = new ConcurrentHashMap<>();
  private final Map<String, Kept> ahead = new ConcurrentHashMap<>();

  private record Kept(@Nullable Slice anchor, @Nullable Slice reference) {}

  FixedReplays(LearnerConfig config, TrainablePolicy policy, @Nullable TrainablePolicy reference) {
    this.config = config;
    this.policy = policy;
    this.reference = reference;
    this.file = config.stepsPerBatch() > 1 ? SpoolFile.create() : null;
  }

  /** Whether {@link #keep} must see every micro-batch before the first step. */
  boolean areKept() {
    return file != null;
  }

  /** Makes the replays of a whole group before its credit is known. */
  void makeAhead(String groupId, TrajectoryGroup group) {
    try (HeldReplays made = make(group)) {
      ahead.put(groupId, write(made));
    }
  }

  /**
   * Makes the replays of a micro-batch, unless that was done ahead, and keeps them.
   *
   * @return how far the stored log-probabilities are from the anchor's; empty without an anchor
   */
  RolloutDistance keep(MicroBatch microBatch, TrainingGroup group) {
    boolean whole = group.members().size() == microBatch.group().size();
    Kept done = whole ? ahead.get(group.groupId()) : null;
    try (HeldReplays made = done == null ? make(group.trajectories()) : read(done)) {
      kept.put(microBatch, done == null ? write(made) : done);
      HeldReplay anchor = made.anchor();
      return anchor == null
          ? new RolloutDistance()
          : RolloutDistance.of(
              group, anchor.tokenLogProbs(), anchor.velocities(), config.image().objective());
    }
  }

  /** The group with its replays. The caller closes it. */
  PreparedGroup of(MicroBatch microBatch, TrainingGroup group) {
    if (file == null) {
      return new PreparedGroup(group, make(group.trajectories()));
    }
    Kept found = kept.get(microBatch);
    if (found == null) {
      throw new IllegalStateException("No replays of group " + group.groupId());
    }
    return new PreparedGroup(group, read(found));
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }

  private HeldReplays make(TrajectoryGroup group) {
    boolean hasSteps = !group.trajectories().get(0).steps().isEmpty();
    boolean anchored =
        switch (config.resolvedAnchor()) {
          case REPLAY -> true;
          case ROLLOUT -> hasSteps && config.image().needsAnchorMeans();
          case CURRENT, AUTO -> false;
        };
    return new HeldReplays(
        anchored ? HeldReplay.of(policy, group) : null,
        reference == null ? null : HeldReplay.of(reference, group));
  }

  private Kept write(HeldReplays made) {
    return new Kept(write(made.anchor()), write(made.reference()));
  }

  private HeldReplays read(Kept found) {
    return new HeldReplays(read(found.anchor()), read(found.reference()));
  }

  private @Nullable Slice write(@Nullable HeldReplay replay) {
    return replay == null || file == null ? null : file.append(replay.bytes());
  }

  private @Nullable HeldReplay read(@Nullable Slice slice) {
    return slice == null || file == null ? null : HeldReplay.of(file.read(slice));
  }
}
