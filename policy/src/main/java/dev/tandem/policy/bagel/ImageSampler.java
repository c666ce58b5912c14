package dev.tandem.policy.bagel;

import dev.tandem.policy.FlowStep;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.bagel.DenoisingPass.Memory;
import dev.tandem.policy.flow.FlowSchedule;
import dev.tandem.policy.flow.NoiseLevel;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Integrates the flow of a group from noise to images. */
final class ImageSampler {
  private final BagelModel model;
  private final ContextEncoder encoder;
  private final Denoiser.Factory denoisers;

  ImageSampler(BagelModel model, ContextEncoder encoder) {
    this.model = model;
    this.encoder = encoder;
    this.denoisers = new Denoiser.Factory(model, encoder);
  }

  List<ImageSample> sample(BagelContext context, ImageSampling sampling, List<RandomKey> keys) {
    int rows = keys.size();
    if (context.rows() != 1 && context.rows() != rows) {
      throw new IllegalArgumentException(
          "A context of %d rows cannot serve %d samples".formatted(context.rows(), rows));
    }
    try (PointerScope scope = new PointerScope()) {
      BagelContext.Generated generated = context.generated();
      Denoiser denoiser =
          denoisers.create(
              context.segments(),
              generated == null ? null : generated.texts(),
              memory(context, rows),
              sampling.guidance());
      Trajectories trajectories =
          new Trajectories(sampling, encoder.drawnGrid(context.segments()), keys);
      for (int step = 0; step < sampling.steps(); step++) {
        trajectories.advance(step, denoiser);
      }
      return trajectories.samples();
    }
  }

  private Memory memory(BagelContext context, int rows) {
    int columns = context.columns();
    BagelContext.Generated generated = context.generated();
    if (generated != null) {
      int written = columns - context.prefixColumns();
      TextDecoder.writeColumn(model, context.memory(), context, written, generated.tail());
      columns++;
    }
    int[] lengths = context.rows() == rows ? context.lengths() : filled(rows, context.lengths()[0]);
    return new Memory(
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

  /** An Euler step of the flow. */
  static Tensor euler(Tensor latents, Tensor velocity, double dt) {
    return latents.sub(velocity.mul(new Scalar(dt)));
  }

  /** Planes {@code [B, 3, height, width]} of latents {@code [B, N, C]}. */
  static Tensor planes(BagelModel model, Tensor latents, Grid grid) {
    return model.codec().decode(Patches.unpatchify(latents, model.config().latentPatch(), grid));
  }

  /** The latents of a group on their way. */
  private final class Trajectories {
    private final ImageSampling sampling;
    private final FlowSchedule schedule;
    private final NoiseLevel noiseLevel;
    private final Grid grid;
    private final List<RandomKey> keys;
    private final int size;
    private final List<List<FlowStep>> steps = new ArrayList<>();
    private Tensor latents;

    Trajectories(ImageSampling sampling, Grid grid, List<RandomKey> keys) {
      this.sampling = sampling;
      this.schedule = FlowSchedule.steps(sampling.steps(), sampling.shift());
      this.noiseLevel = NoiseLevel.flowGrpo(sampling.noiseLevel());
      this.grid = grid;
      this.keys = keys;
      this.size = grid.tokens() * model.config().latentTokenChannels();
      float[] noise = new float[keys.size() * size];
      for (int row = 0; row < keys.size(); row++) {
        float[] own = keys.get(row).with("noise").random().nextGaussians(size);
        System.arraycopy(own, 0, noise, row * size, size);
        steps.add(new ArrayList<>());
      }
      this.latents = tensor(noise);
      latents.retainReference();
    }

    private Tensor tensor(float[] values) {
      return model
          .placement()
          .precise()
          .numbers(values, keys.size(), grid.tokens(), model.config().latentTokenChannels());
    }

    void advance(int step, Denoiser denoiser) {
      Tensor next;
      try (PointerScope scope = new PointerScope()) {
        Tensor velocity = denoiser.velocity(latents, schedule.t(step));
        next =
            sampling.stochasticSteps().contains(step)
                ? stochasticStep(step, Tensors.floats(velocity))
                : euler(latents, velocity, schedule.dt(step));
        next.retainReference();
      }
      latents.releaseReference();
      latents = next;
    }

    /** The transition of an SDE step, in Java: every number of it is stored. */
    private Tensor stochasticStep(int step, float[] velocity) {
      double t = schedule.t(step);
      double dt = schedule.dt(step);
      double sigma = noiseLevel.sigma(schedule, step);
      SdeStep transition = SdeStep.coefficients(t, dt, sigma);
      float[] before = Tensors.floats(latents);
      float[] after = new float[before.length];
      for (int row = 0; row < keys.size(); row++) {
        float[] noise = keys.get(row).with("sde").with(step).random().nextGaussians(size);
        float[] x = Arrays.copyOfRange(before, row * size, (row + 1) * size);
        float[] next = new float[size];
        double squares = 0;
        for (int i = 0; i < size; i++) {
          double mean = transition.mean(x[i], velocity[row * size + i]);
          next[i] = (float) (mean + transition.std() * noise[i]);
          squares += (next[i] - mean) * (next[i] - mean);
        }
        System.arraycopy(next, 0, after, row * size, size);
        double logProb = transition.logProb(squares / size);
        steps.get(row).add(new FlowStep(step, t, dt, sigma, x, next, logProb));
      }
      return tensor(after);
    }

    List<ImageSample> samples() {
      Tensor decoded = planes(model, latents, grid);
      float[] planes = Tensors.floats(decoded);
      latents.releaseReference();
      int height = (int) decoded.size(2);
      int width = (int) decoded.size(3);
      List<ImageSample> samples = new ArrayList<>();
      for (int row = 0; row < keys.size(); row++) {
        samples.add(
            new ImageSample(
                Patches.image(planes, row * 3 * width * height, width, height), steps.get(row)));
      }
      return samples;
    }
  }
}
