package dev.tandem.policy.bagel;

import dev.tandem.policy.PassCounts;
import dev.tandem.policy.Torch;
import dev.tandem.policy.bagel.DenoisingPass.Memory;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A BAGEL model under training. A replay reads the group's context once, the sampled texts in one
 * teacher-forced pass, and evaluates the velocity once per stochastic step.
 */
public final class BagelTrainable implements TrainablePolicy {
  private final PolicyFiles files;
  private final ContextEncoder encoder;
  private final TextReader textReader;
  private final Denoiser.Factory denoisers;

  /** Takes ownership of the files' weights. */
  public BagelTrainable(PolicyFiles files) {
    this.files = files;
    this.encoder = new ContextEncoder(files.model(), files.tokenizer());
    this.textReader = new TextReader(files.model());
    this.denoisers = new Denoiser.Factory(files.model(), encoder);
  }

  @Override
  public SortedMap<String, Tensor> parameters() {
    return Collections.unmodifiableSortedMap(files.parameters());
  }

  @Override
  public Replay replay(TrajectoryGroup group) {
    Torch.use();
    Prefix prefix = encoder.encode(group.context());
    TaughtTexts texts =
        TaughtTexts.of(
            group.trajectories().stream().map(Trajectory::tokens).toList(), encoder.special());
    TextReader.Reading reading = textReader.read(prefix, texts);
    Tensor logProbs = logProbs(reading.hidden(), texts, group.temperature());
    return new Replay(
        logProbs,
        texts.mask(files.model().placement()),
        velocities(group, texts, Memory.of(prefix, texts, reading)));
  }

  private List<Tensor> velocities(TrajectoryGroup group, TaughtTexts texts, Memory memory) {
    int steps = group.trajectories().get(0).steps().size();
    List<Tensor> velocities = new ArrayList<>();
    if (steps > 0) {
      Denoiser denoiser = denoisers.create(group.context(), texts, memory, group.guidance());
      for (int step = 0; step < steps; step++) {
        double t = group.trajectories().get(0).steps().get(step).t();
        velocities.add(denoiser.velocity(latents(group, step), t));
      }
    }
    return velocities;
  }

  /** Log-probabilities of the sampled tokens, {@code [B, T]}, 0 where padded. */
  private Tensor logProbs(Tensor hidden, TaughtTexts texts, double temperature) {
    BagelModel model = files.model();
    Tensor logits =
        model.logits(hidden.narrow(1, 0, texts.targetColumns())).div(new Scalar(temperature));
    return torch
        .log_softmax(logits, 2)
        .gather(2, texts.targets(model.placement()).unsqueeze(2))
        .squeeze(2)
        .mul(texts.mask(model.placement()));
  }

  /** Latents before a step, {@code [B, N, C]}. */
  private Tensor latents(TrajectoryGroup group, int step) {
    List<Trajectory> trajectories = group.trajectories();
    int tokens = encoder.drawnGrid(group.context()).tokens();
    int channels = files.config().latentTokenChannels();
    float[] values = new float[trajectories.size() * tokens * channels];
    for (int row = 0; row < trajectories.size(); row++) {
      float[] x = trajectories.get(row).steps().get(step).x();
      System.arraycopy(x, 0, values, row * tokens * channels, tokens * channels);
    }
    return files.model().placement().numbers(values, trajectories.size(), tokens, channels);
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
