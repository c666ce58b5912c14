package dev.tandem.policy.bagel;

import dev.tandem.policy.bagel.DenoisingPass.Memory;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The replay of one group under given weights. */
final class GroupReplay {
  private final BagelModel model;
  private final ContextEncoder encoder;
  private final TrajectoryGroup group;
  private final TaughtTexts texts;

  GroupReplay(BagelModel model, Tokenizer tokenizer, TrajectoryGroup group) {
    this.model = model;
    this.encoder = new ContextEncoder(model, tokenizer);
    this.group = group;
    this.texts =
        TaughtTexts.of(
            group.trajectories().stream().map(Trajectory::tokens).toList(), encoder.special());
  }

  Replay run() {
    Prefix prefix = encoder.encode(group.context());
    TextReader.Reading reading = new TextReader(model).read(prefix, texts);
    return new Replay(
        logProbs(reading.hidden()),
        texts.mask(model.placement().precise()),
        velocities(Memory.of(prefix, texts, reading)));
  }

  private List<Tensor> velocities(Memory memory) {
    int steps = group.trajectories().get(0).steps().size();
    List<Tensor> velocities = new ArrayList<>();
    if (steps > 0) {
      Denoiser denoiser =
          new Denoiser.Factory(model, encoder)
              .create(group.context(), texts, memory, group.guidance());
      for (int step = 0; step < steps; step++) {
        double t = group.trajectories().get(0).steps().get(step).t();
        velocities.add(denoiser.velocity(latents(step), t));
      }
    }
    return velocities;
  }

  /** Log-probabilities of the sampled tokens, {@code [B, T]}, 0 where padded. */
  private Tensor logProbs(Tensor hidden) {
    Tensor logits = model.logits(hidden.narrow(1, 0, texts.targetColumns()));
    return torch
        .log_softmax(scaled(logits), 2)
        .gather(2, texts.targets(model.placement()).unsqueeze(2))
        .squeeze(2)
        .mul(texts.mask(model.placement().precise()));
  }

  /** Dividing by 1 would change nothing, but cost two passes over the widest tensor there is. */
  private Tensor scaled(Tensor logits) {
    double temperature = group.temperature();
    return temperature == 1 ? logits : logits.div(new Scalar(temperature));
  }

  /** Latents before a step, {@code [B, N, C]}. */
  private Tensor latents(int step) {
    List<Trajectory> trajectories = group.trajectories();
    int tokens = encoder.drawnGrid(group.context()).tokens();
    int channels = model.config().latentTokenChannels();
    float[] values = new float[trajectories.size() * tokens * channels];
    for (int row = 0; row < trajectories.size(); row++) {
      float[] x = trajectories.get(row).steps().get(step).x();
      System.arraycopy(x, 0, values, row * tokens * channels, tokens * channels);
    }
    return model.placement().precise().numbers(values, trajectories.size(), tokens, channels);
  }
}
