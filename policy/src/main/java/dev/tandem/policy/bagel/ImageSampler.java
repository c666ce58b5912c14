package dev.tandem.policy.bagel;

import dev.tandem.policy.FlowStep;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.flow.FlowSchedule;
import dev.tandem.policy.flow.NoiseLevel;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Integrates the flow of a group from noise to images. */
final class ImageSampler {
  private final BagelModel model;
  private final ContextEncoder encoder;

  ImageSampler(BagelModel model, ContextEncoder encoder) {
    this.model = model;
    this.encoder = encoder;
  }

  List<ImageSample> sample(BagelContext context, ImageSampling sampling, List<RandomKey> keys) {
    int rows = keys.size();
    if (context.rows() != 1 && context.rows() != rows) {
      throw new IllegalArgumentException(
          "A context of %d rows cannot serve %d samples".formatted(context.rows(), rows));
    }
    try (PointerScope scope = new PointerScope()) {
      DenoisingPass pass = pass(context, rows);
      Trajectories trajectories = new Trajectories(sampling, keys);
      for (int step = 0; step < sampling.steps(); step++) {
        trajectories.advance(step, pass);
      }
      return trajectories.samples();
    }
  }

  private DenoisingPass pass(BagelContext context, int rows) {
    int columns = context.columns();
    BagelContext.Tail tail = context.tail();
    if (tail != null) {
      int written = columns - context.prefixColumns();
      TextDecoder.writeColumn(model, context.memory(), context, written, tail.tokens());
      columns++;
    }
    int[] lengths = context.rows() == rows ? context.lengths() : filled(rows, context.lengths()[0]);
    return new DenoisingPass(
        model,
        encoder.special(),
        context.memory().prefix(columns).expand(rows),
        columns,
        context.prefixColumns(),
        lengths,
        context.nextPosition());
  }

  private static int[] filled(int size, int value) {
    int[] values = new int[size];
    Arrays.fill(values, value);
    return values;
  }

  /** The latents of a group on their way; all arithmetic between evaluations is in Java. */
  private final class Trajectories {
    private final ImageSampling sampling;
    private final FlowSchedule schedule;
    private final NoiseLevel noiseLevel;
    private final List<RandomKey> keys;
    private final int size = model.config().latentTokens() * model.config().latentTokenChannels();
    private final float[] latents;
    private final List<List<FlowStep>> steps = new ArrayList<>();

    Trajectories(ImageSampling sampling, List<RandomKey> keys) {
      this.sampling = sampling;
      this.schedule = FlowSchedule.steps(sampling.steps(), sampling.shift());
      this.noiseLevel = NoiseLevel.flowGrpo(sampling.noiseLevel());
      this.keys = keys;
      this.latents = new float[keys.size() * size];
      for (int row = 0; row < keys.size(); row++) {
        float[] noise = keys.get(row).with("noise").random().nextGaussians(size);
        System.arraycopy(noise, 0, latents, row * size, size);
        steps.add(new ArrayList<>());
      }
    }

    private Tensor tensor() {
      return Tensor.create(
          latents,
          keys.size(),
          model.config().latentTokens(),
          model.config().latentTokenChannels());
    }

    void advance(int step, DenoisingPass pass) {
      double t = schedule.t(step);
      double dt = schedule.dt(step);
      float[] velocity;
      try (PointerScope scope = new PointerScope()) {
        velocity = Tensors.floats(pass.velocity(tensor(), t));
      }
      if (sampling.stochasticSteps().contains(step)) {
        stochasticStep(step, t, dt, velocity);
      } else {
        for (int i = 0; i < latents.length; i++) {
          latents[i] = (float) (latents[i] - velocity[i] * dt);
        }
      }
    }

    private void stochasticStep(int step, double t, double dt, float[] velocity) {
      double sigma = noiseLevel.sigma(schedule, step);
      SdeStep transition = SdeStep.coefficients(t, dt, sigma);
      for (int row = 0; row < keys.size(); row++) {
        float[] noise = keys.get(row).with("sde").with(step).random().nextGaussians(size);
        float[] x = Arrays.copyOfRange(latents, row * size, (row + 1) * size);
        float[] next = new float[size];
        double squares = 0;
        for (int i = 0; i < size; i++) {
          double mean =
              transition.xCoefficient() * x[i]
                  + transition.vCoefficient() * velocity[row * size + i];
          next[i] = (float) (mean + transition.std() * noise[i]);
          squares += (next[i] - mean) * (next[i] - mean);
        }
        System.arraycopy(next, 0, latents, row * size, size);
        double logProb = transition.logProb(squares / size);
        steps.get(row).add(new FlowStep(step, t, dt, sigma, x, next, logProb));
      }
    }

    List<ImageSample> samples() {
      int side = model.config().latentSide();
      Tensor grid = Patches.unpatchify(tensor(), model.config().latentPatch(), side, side);
      float[] planes = Tensors.floats(model.autoencoder().decode(grid));
      int pixels = model.config().imageSize();
      List<ImageSample> samples = new ArrayList<>();
      for (int row = 0; row < keys.size(); row++) {
        samples.add(
            new ImageSample(
                Patches.image(planes, row * 3 * pixels * pixels, pixels, pixels), steps.get(row)));
      }
      return samples;
    }
  }
}
