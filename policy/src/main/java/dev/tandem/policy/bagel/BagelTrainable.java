package dev.tandem.policy.bagel;

import dev.tandem.policy.PassCounts;
import dev.tandem.policy.Precision;
import dev.tandem.policy.Torch;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A BAGEL model under training, in full or through adapters. A replay reads the group's context
 * once, the sampled texts in one teacher-forced pass, and evaluates the velocity once per
 * stochastic step.
 *
 * <p>Parameters are float32. Where the policy computes in bfloat16 each replay rounds them anew, as
 * a part of what is differentiated: gradients arrive in float32, and the optimizer's small steps
 * are not lost to rounding. The rounded copy lives as long as the replay, one for each replay that
 * runs at the same time; so do the adapted matrices.
 */
public final class BagelTrainable implements TrainablePolicy {
  /** Folder of the adapters alone, below that of the policy. */
  static final String ADAPTER = "adapter";

  private final PolicyFiles files;
  private final @Nullable Adapters adapters;
  private final boolean rounding;

  /** All parameters are trained. Takes ownership of the files' weights. */
  public BagelTrainable(PolicyFiles files) {
    this(files, null);
  }

  private BagelTrainable(PolicyFiles files, @Nullable Adapters adapters) {
    this.files = files;
    this.adapters = adapters;
    this.rounding = files.compute().precision() == Precision.BFLOAT16;
  }

  /**
   * Adapters of a model are trained, the model is not. Takes ownership of the files' weights.
   *
   * @param checkpoint folder that {@link #save} wrote; null: adapters that change nothing yet
   * @param key of the first values of adapters
   */
  public static BagelTrainable adapted(
      PolicyFiles base, LoraSettings settings, @Nullable Path checkpoint, RandomKey key) {
    Torch.use();
    base.weights().tensors().values().forEach(tensor -> tensor.set_requires_grad(false));
    Adapters adapters =
        checkpoint == null
            ? Adapters.fresh(settings, base.weights(), key)
            : Adapters.load(settings, base.weights(), base.version(), checkpoint.resolve(ADAPTER));
    return new BagelTrainable(base, adapters);
  }

  @Override
  public SortedMap<String, Tensor> parameters() {
    return Collections.unmodifiableSortedMap(
        adapters == null ? files.parameters() : adapters.parameters());
  }

  @Override
  public Replay replay(TrajectoryGroup group) {
    Torch.use();
    Weights weights = weights();
    BagelModel model = weights == files.weights() ? files.model() : files.model().over(weights);
    return new GroupReplay(model, files.tokenizer(), group).run();
  }

  @Override
  public Replay replayToRecompute(TrajectoryGroup group) {
    if (!GradMode.is_enabled()) {
      return replay(group);
    }
    Torch.use();
    Recomputation recomputation = new Recomputation();
    // Every segment uses the weights: their own graph, where they have one, is differentiated once.
    Weights weights = weights().mapped(recomputation::leaf);
    BagelModel model = files.model().over(weights, recomputation);
    Replay replay = new GroupReplay(model, files.tokenizer(), group).run();
    return new Replay(
        replay.tokenLogProbs(), replay.tokenMask(), replay.velocities(), recomputation);
  }

  @Override
  public long work(TrajectoryGroup group) {
    Torch.use();
    return new ReplayWork(files.model(), files.tokenizer()).of(group);
  }

  /** What the model computes with. */
  private Weights weights() {
    Weights weights = files.weights();
    if (adapters != null) {
      weights = weights.with(adapters.effective(weights));
    }
    return rounding ? weights.in(torch.ScalarType.BFloat16) : weights;
  }

  @Override
  public PassCounts passes() {
    return files.model().passes().counts();
  }

  /**
   * With adapters, the folder also holds them alone, in {@code adapter}; its weights are merged.
   */
  @Override
  public void save(Path folder) {
    if (adapters == null) {
      files.writeInto(folder);
      return;
    }
    adapters.merge(files.weights());
    try {
      files.writeInto(folder);
      adapters.save(Files.createDirectories(folder.resolve(ADAPTER)), files.version());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the adapters to " + folder, e);
    } finally {
      adapters.unmerge(files.weights());
    }
  }

  @Override
  public void close() {
    if (adapters != null) {
      adapters.close();
    }
    files.close();
  }
}
