package dev.tandem.policy.training;

import dev.tandem.policy.PassCounts;
import java.nio.file.Path;
import java.util.SortedMap;
import org.bytedeco.pytorch.Tensor;

/** A policy whose parameters can be differentiated and updated in place. */
public interface TrainablePolicy extends AutoCloseable {

  /** Leaf tensors by their published names; the caller must not free them. */
  SortedMap<String, Tensor> parameters();

  /**
   * Recomputes a group's log-probabilities and velocities, differentiable unless gradients are
   * switched off. Safe to call from several threads while no parameter changes.
   */
  Replay replay(TrajectoryGroup group);

  /**
   * The same replay, bit for bit, which holds less memory until it is differentiated: what lies
   * between the layers is computed once more then. Losses of it must be differentiated by {@link
   * Replay#differentiation}.
   */
  default Replay replayToRecompute(TrajectoryGroup group) {
    return replay(group);
  }

  /**
   * How much a replay of the group computes, whatever the parameters: columns that pass through the
   * decoder, padding included, one for each member and pass. Attention between them is not counted.
   * Time and memory follow this number.
   */
  long work(TrajectoryGroup group);

  /** What was computed since this policy was loaded. */
  PassCounts passes();

  /**
   * Writes the files of a policy folder, which is made where it is missing. A reader may see a part
   * of them: write into a folder that appears whole, see {@link
   * dev.tandem.policy.files.AtomicFolder}.
   */
  void save(Path folder);

  @Override
  void close();
}
