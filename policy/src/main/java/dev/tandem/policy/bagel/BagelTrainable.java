package dev.tandem.policy.bagel;

import dev.tandem.policy.PassCounts;
import dev.tandem.policy.Precision;
import dev.tandem.policy.Torch;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A BAGEL model under training. A replay reads the group's context once, the sampled texts in one
 * teacher-forced pass, and evaluates the velocity once per stochastic step.
 *
 * <p>Parameters are float32. Where the policy computes in bfloat16 each replay rounds them anew, as
 * a part of what is differentiated: gradients arrive in float32, and the optimizer's small steps
 * are not lost to rounding. The rounded copy lives as long as the replay, one for each replay that
 * runs at the same time.
 */
public final class BagelTrainable implements TrainablePolicy {
  private final PolicyFiles files;
  private final boolean rounding;

  /** Takes ownership of the files' weights. */
  public BagelTrainable(PolicyFiles files) {
    this.files = files;
    this.rounding = files.compute().precision() == Precision.BFLOAT16;
  }

  @Override
  public SortedMap<String, Tensor> parameters() {
    return Collections.unmodifiableSortedMap(files.parameters());
  }

  @Override
  public Replay replay(TrajectoryGroup group) {
    Torch.use();
    return new GroupReplay(model(), files.tokenizer(), group).run();
  }

  @Override
  public long work(TrajectoryGroup group) {
    Torch.use();
    return new ReplayWork(files.model(), files.tokenizer()).of(group);
  }

  private BagelModel model() {
    return rounding
        ? files.model().over(files.weights().in(torch.ScalarType.BFloat16))
        : files.model();
  }

  @Override
  public PassCounts passes() {
    return files.model().passes().counts();
  }

  @Override
  public void save(Path folder) {
    files.save(folder);
  }

  @Override
  public void close() {
    files.close();
  }
}
