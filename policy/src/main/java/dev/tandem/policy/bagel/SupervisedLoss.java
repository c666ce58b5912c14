package dev.tandem.policy.bagel;

import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.SupervisedExample;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * BAGEL's pretraining loss on a batch of like examples: cross entropy of the response's tokens plus
 * the mean squared error of the velocity at a random flow time, t = sigmoid(normal).
 */
public final class SupervisedLoss {
  /**
   * Noisy copies of each image, seen only by themselves: the context is read once for all of them.
   */
  private static final int NOISY_COPIES = 4;

  private final BagelModel model;
  private final ContextEncoder encoder;

  public SupervisedLoss(BagelModel model, ContextEncoder encoder) {
    this.model = model;
    this.encoder = encoder;
  }

  /** The loss with metrics {@code text_loss}, {@code token_accuracy} and {@code velocity_loss}. */
  public Loss<Map<String, Double>> compute(List<SupervisedExample> examples) {
    Grid grid = model.config().latentGrid();
    List<List<Piece>> rows = new ArrayList<>();
    List<Piece.Tokens> responses = new ArrayList<>();
    for (SupervisedExample example : examples) {
      List<Piece> pieces = new ArrayList<>(encoder.pieces(example.context()));
      Piece.Tokens response = encoder.framed(example.response());
      responses.add(response);
      pieces.add(response);
      if (example.image() != null) {
        pieces.addAll(Collections.nCopies(NOISY_COPIES, new Piece.Noisy(grid)));
      }
      rows.add(pieces);
    }
    PackedBatch batch = encoder.reader().pack(rows);
    List<NoisyLatents> noisy = examples.get(0).image() == null ? List.of() : noisyLatents(examples);
    List<Tensor> noisyRows = new ArrayList<>();
    noisy.forEach(copy -> noisyRows.add(model.latentRows(copy.x(), grid, copy.times())));
    Tensor hidden =
        model.decode(
            PassCounter.Kind.SUPERVISED,
            encoder.reader().rows(batch, noisyRows),
            batch.understandingColumns(),
            model.rotary(batch.positions()),
            batch.maskTensor(model.placement()),
            KeyValues.empty(model.config().llm().layers()),
            KeySink.forget());
    Map<String, Double> metrics = new LinkedHashMap<>();
    Tensor loss = textLoss(hidden, batch, responses, metrics);
    if (!noisy.isEmpty()) {
      TensorVector targets = new TensorVector();
      noisy.forEach(copy -> targets.push_back(copy.velocity()));
      long columns = (long) NOISY_COPIES * grid.tokens();
      Tensor velocity = model.velocity(hidden.narrow(1, batch.columns() - columns, columns));
      Tensor velocityLoss = velocity.sub(torch.cat(targets, 1)).square().mean();
      metrics.put("velocity_loss", velocityLoss.item_double());
      loss = loss.add(velocityLoss);
    }
    return new Loss<>(loss, metrics);
  }

  private Tensor textLoss(
      Tensor hidden, PackedBatch batch, List<Piece.Tokens> responses, Map<String, Double> metrics) {
    List<Long> rows = new ArrayList<>();
    List<Long> targets = new ArrayList<>();
    for (int b = 0; b < responses.size(); b++) {
      int[] ids = responses.get(b).ids();
      int[] columns = batch.textColumns().get(b);
      int first = columns.length - ids.length;
      for (int i = 0; i + 1 < ids.length; i++) {
        rows.add((long) b * batch.columns() + columns[first + i]);
        targets.add((long) ids[i + 1]);
      }
    }
    Tensor picked = hidden.reshape(-1, hidden.size(2)).index_select(0, longs(rows));
    Tensor logits = model.logits(picked);
    Tensor target = longs(targets);
    Tensor loss = torch.cross_entropy_loss(logits, target);
    metrics.put("text_loss", loss.item_double());
    metrics.put(
        "token_accuracy",
        logits
            .argmax(new LongOptional(1), false)
            .eq(target)
            .to(torch.ScalarType.Float)
            .mean()
            .item_double());
    return loss;
  }

  private static Tensor longs(List<Long> values) {
    return Tensor.create(values.stream().mapToLong(Long::longValue).toArray());
  }

  /**
   * Latents between data and noise.
   *
   * @param x {@code (1 - t) data + t noise}
   * @param velocity {@code noise - data}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record NoisyLatents(Tensor x, double[] times, Tensor velocity) {}

  private List<NoisyLatents> noisyLatents(List<SupervisedExample> examples) {
    List<RgbImage> images = new ArrayList<>();
    List<CounterRandom> randoms = new ArrayList<>();
    for (SupervisedExample example : examples) {
      images.add(Objects.requireNonNull(example.image()));
      randoms.add(example.key().random());
    }
    Tensor data = encoder.reader().latents(Patches.planes(images)).detach();
    List<NoisyLatents> copies = new ArrayList<>();
    for (int copy = 0; copy < NOISY_COPIES; copy++) {
      copies.add(noisyLatents(data, randoms));
    }
    return copies;
  }

  private static NoisyLatents noisyLatents(Tensor data, List<CounterRandom> randoms) {
    int size = Math.toIntExact(data.size(1) * data.size(2));
    double[] times = new double[randoms.size()];
    float[] timeValues = new float[times.length];
    float[] noise = new float[times.length * size];
    for (int b = 0; b < times.length; b++) {
      times[b] = 1 / (1 + Math.exp(-randoms.get(b).nextGaussian()));
      timeValues[b] = (float) times[b];
      System.arraycopy(randoms.get(b).nextGaussians(size), 0, noise, b * size, size);
    }
    Tensor velocity = Tensor.create(noise, data.shape()).sub(data);
    Tensor t = Tensor.create(timeValues, times.length, 1, 1);
    return new NoisyLatents(data.add(velocity.mul(t)), times, velocity);
  }

  /**
   * The loss of the autoencoder: squared error of the reconstruction of a posterior sample plus the
   * weighted divergence from the standard normal.
   */
  public static Loss<Map<String, Double>> autoencoderLoss(
      FluxAutoencoder autoencoder, List<RgbImage> images, float[] noise, double klWeight) {
    Tensor planes = Patches.planes(images);
    TensorVector halves = autoencoder.moments(planes).chunk(2, 1);
    Tensor mean = halves.get(0);
    Tensor logVariance =
        halves
            .get(1)
            .clamp(new ScalarOptional(new Scalar(-30.0)), new ScalarOptional(new Scalar(20.0)));
    Tensor sample =
        mean.add(logVariance.mul(new Scalar(0.5)).exp().mul(Tensor.create(noise, mean.shape())));
    Tensor difference = autoencoder.decodeUnscaled(sample).sub(planes);
    Tensor reconstruction = difference.square().mean().add(difference.abs().mean());
    Tensor kl =
        mean.square()
            .add(logVariance.exp())
            .sub(logVariance)
            .sub(new Scalar(1.0))
            .mul(new Scalar(0.5))
            .mean();
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("squared_error", difference.square().mean().item_double());
    metrics.put("kl", kl.item_double());
    return new Loss<>(reconstruction.add(kl.mul(new Scalar(klWeight))), metrics);
  }
}
