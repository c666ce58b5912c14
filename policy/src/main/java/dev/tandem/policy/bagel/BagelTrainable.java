package dev.tandem.policy.bagel;

import dev.tandem.policy.Torch;
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

  /** Takes ownership of the files' weights. */
  public BagelTrainable(PolicyFiles files) {
    this.files = files;
    this.encoder = new ContextEncoder(files.model(), files.tokenizer());
  }

  @Override
  public SortedMap<String, Tensor> parameters() {
    return Collections.unmodifiableSortedMap(files.parameters());
  }

  @Override
  public Replay replay(TrajectoryGroup group) {
    Torch.use();
    Prefix prefix = encoder.encode(group.context());
    TaughtTexts texts = TaughtTexts.of(group.trajectories(), encoder.special());
    KeyValues memory = KeyValues.empty(files.config().llm().layers());
    Tensor hidden = readTexts(prefix, texts, memory);
    Tensor logProbs = logProbs(hidden, texts, group.temperature());
    List<Tensor> velocities = new ArrayList<>();
    if (!group.trajectories().get(0).steps().isEmpty()) {
      DenoisingPass pass =
          new DenoisingPass(
              files.model(),
              encoder.special(),
              memory,
              prefix.columns() + texts.columns(),
              prefix.columns(),
              texts.lengths(),
              prefix.nextPosition());
      for (int step = 0; step < group.trajectories().get(0).steps().size(); step++) {
        double t = group.trajectories().get(0).steps().get(step).t();
        velocities.add(pass.velocity(latents(group.trajectories(), step), t));
      }
    }
    return new Replay(logProbs, texts.maskTensor(), velocities);
  }

  private Tensor readTexts(Prefix prefix, TaughtTexts texts, KeyValues memory) {
    BagelModel model = files.model();
    int[][] positions = new int[1][texts.columns()];
    for (int column = 0; column < texts.columns(); column++) {
      positions[0][column] = prefix.nextPosition() + column;
    }
    return model.decode(
        model.textRows(texts.inputs()),
        texts.columns(),
        model.rotary(positions),
        texts.causalMask(prefix.columns()),
        prefix.memory().expand(texts.rows()),
        KeySink.collect(memory));
  }

  /** Log-probabilities of the sampled tokens, {@code [B, T]}, 0 where padded. */
  private Tensor logProbs(Tensor hidden, TaughtTexts texts, double temperature) {
    int columns = texts.targetColumns();
    Tensor logits = files.model().logits(hidden.narrow(1, 0, columns)).div(new Scalar(temperature));
    return torch
        .log_softmax(logits, 2)
        .gather(2, texts.targetTensor().unsqueeze(2))
        .squeeze(2)
        .mul(texts.maskTensor());
  }

  private Tensor latents(List<Trajectory> trajectories, int step) {
    int tokens = files.config().latentTokens();
    int channels = files.config().latentTokenChannels();
    float[] values = new float[trajectories.size() * tokens * channels];
    for (int row = 0; row < trajectories.size(); row++) {
      float[] x = trajectories.get(row).steps().get(step).x();
      System.arraycopy(x, 0, values, row * tokens * channels, tokens * channels);
    }
    return Tensor.create(values, trajectories.size(), tokens, channels);
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
