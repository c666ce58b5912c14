package dev.tandem.learner.testing;

import dev.tandem.learner.PolicyStore;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.PassCounts;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A policy small enough to reason about: a bigram table for text, and a velocity that is linear in
 * the latent. Its text can be any token below {@link #VOCABULARY}; the first follows token 0.
 */
public final class ToyPolicy implements TrainablePolicy {
  public static final int VOCABULARY = 5;
  public static final int LATENT_TOKENS = 3;
  public static final int CHANNELS = 2;
  public static final String BIGRAM = "language_model.bigram";
  public static final String WEIGHT = "llm2vae.weight";
  public static final String BIAS = "llm2vae.bias";
  public static final String FROZEN = "vit_model.patch";

  /** Opens folders written by {@link #save}. */
  public static final PolicyStore STORE =
      new PolicyStore() {
        @Override
        public TrainablePolicy load(Path folder) {
          return ToyPolicy.load(folder);
        }

        @Override
        public TrainablePolicy loadAdapted(
            Path base, @Nullable Path checkpoint, LoraSettings settings, RandomKey key) {
          throw new UnsupportedOperationException("A toy has no matrices to adapt");
        }

        @Override
        public String version(Path folder) {
          return Integer.toHexString(
              HexFormat.of().formatHex(bytes(folder.resolve("model.safetensors"))).hashCode());
        }
      };

  private final SortedMap<String, Tensor> parameters;
  private final AtomicInteger replays = new AtomicInteger();

  private ToyPolicy(Map<String, Tensor> parameters) {
    this.parameters = new TreeMap<>(parameters);
    this.parameters.values().forEach(tensor -> tensor.set_requires_grad(true));
  }

  /** A policy with small random weights. */
  public static ToyPolicy random(long seed) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> parameters = new TreeMap<>();
      parameters.put(BIGRAM, weights(seed, BIGRAM, VOCABULARY, VOCABULARY));
      parameters.put(WEIGHT, weights(seed, WEIGHT, CHANNELS, CHANNELS));
      parameters.put(BIAS, weights(seed, BIAS, CHANNELS));
      parameters.put(FROZEN, weights(seed, FROZEN, CHANNELS));
      return new ToyPolicy(parameters);
    }
  }

  /** Reads what {@link #save} wrote. */
  public static ToyPolicy load(Path folder) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors =
          TensorFiles.load(folder.resolve("model.safetensors"), ScalarType.Float);
      tensors.values().forEach(Tensor::retainReference);
      return new ToyPolicy(tensors);
    }
  }

  @Override
  public SortedMap<String, Tensor> parameters() {
    return new TreeMap<>(parameters);
  }

  /** The values of a parameter. */
  public double[] values(String name) {
    return HostTensors.doubles(parameters.get(name));
  }

  /** How often groups were replayed. */
  public int replays() {
    return replays.get();
  }

  @Override
  public Replay replay(TrajectoryGroup group) {
    replays.incrementAndGet();
    List<Trajectory> members = group.trajectories();
    int width = members.stream().mapToInt(member -> member.tokens().length).max().orElse(0);
    double[] mask = new double[members.size() * width];
    int[] previous = new int[mask.length];
    int[] tokens = new int[mask.length];
    for (int i = 0; i < members.size(); i++) {
      int[] row = members.get(i).tokens();
      for (int k = 0; k < row.length; k++) {
        mask[i * width + k] = 1;
        tokens[i * width + k] = row[k];
        previous[i * width + k] = k == 0 ? 0 : row[k - 1];
      }
    }
    Tensor maskTensor = HostTensors.of(mask, members.size(), width).to(ScalarType.Float);
    Tensor logits =
        parameters
            .get(BIGRAM)
            .index_select(0, indexes(previous))
            .div(new Scalar(group.temperature()));
    Tensor logProbs =
        torch
            .log_softmax(logits, 1)
            .gather(1, indexes(tokens).unsqueeze(1))
            .view(members.size(), width)
            .mul(maskTensor);
    List<Tensor> velocities = new ArrayList<>();
    for (int step = 0; step < members.get(0).steps().size(); step++) {
      velocities.add(velocity(members, step));
    }
    return new Replay(logProbs, maskTensor, velocities);
  }

  @Override
  public long work(TrajectoryGroup group) {
    List<Trajectory> members = group.trajectories();
    int width = members.stream().mapToInt(member -> member.tokens().length).max().orElse(0);
    int steps = members.get(0).steps().size();
    return (long) members.size() * (width + steps * LATENT_TOKENS);
  }

  @Override
  public void save(Path folder) {
    TensorFiles.save(folder.resolve("model.safetensors"), parameters, Map.of());
  }

  @Override
  public PassCounts passes() {
    return new PassCounts(0, 0, 0, 0, 0);
  }

  @Override
  public void close() {
    parameters.values().forEach(Tensor::close);
  }

  private Tensor velocity(List<Trajectory> members, int step) {
    float[][] rows =
        members.stream().map(member -> member.steps().get(step).x()).toArray(float[][]::new);
    Tensor x =
        HostTensors.ofRows(rows, members.size(), rows[0].length / CHANNELS, CHANNELS)
            .to(ScalarType.Float);
    double t = members.get(0).steps().get(step).t();
    return x.matmul(parameters.get(WEIGHT)).add(parameters.get(BIAS).mul(new Scalar(t)));
  }

  private static Tensor indexes(int[] values) {
    double[] wide = Arrays.stream(values).asDoubleStream().toArray();
    return HostTensors.of(wide, wide.length).to(ScalarType.Long);
  }

  private static Tensor weights(long seed, String name, long... shape) {
    CounterRandom random = RandomKey.of(seed).with(name).random();
    int count = (int) Arrays.stream(shape).reduce(1, Math::multiplyExact);
    double[] values = new double[count];
    Arrays.setAll(values, i -> 0.3 * random.nextGaussian());
    return HostTensors.of(values, shape).to(ScalarType.Float).retainReference();
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
