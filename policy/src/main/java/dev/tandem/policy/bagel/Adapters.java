package dev.tandem.policy.bagel;

import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.NamePatterns;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The LoRA adapters of a model. A replay computes each adapted matrix once, {@code W + s B A}, and
 * runs the model over the results. The other form, a second path {@code s B (A x)} beside each
 * matrix, would spare the copy of the matrices but round differently from the merged weights that
 * rollouts use, and cost two more products a pass; the copy is made once for all passes of a replay
 * and costs {@code rank} multiplications an element.
 *
 * <p>Owns its tensors. Not safe for use by several threads while {@link #merge} or {@link #unmerge}
 * run.
 */
final class Adapters implements AutoCloseable {
  private static final String BASE_VERSION = "base_version";

  private final LoraSettings settings;
  private final SortedMap<String, Pair> pairs;
  private final Map<String, Tensor> replaced = new HashMap<>();

  /**
   * The adapter of one matrix {@code [out, in]}.
   *
   * @param a {@code [rank, in]}
   * @param b {@code [out, rank]}
   */
  private record Pair(Tensor a, Tensor b) {}

  private Adapters(LoraSettings settings, SortedMap<String, Pair> pairs) {
    this.settings = settings;
    this.pairs = pairs;
  }

  /**
   * Adapters that change nothing yet: {@code A} uniform within one over the root of its columns
   * (Kaiming's with the slope of the root of 5, as in PEFT), {@code B} zero.
   *
   * @param key of the run; each matrix draws from a stream of its name
   */
  static Adapters fresh(LoraSettings settings, Weights base, RandomKey key) {
    SortedMap<String, Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      for (String name : targets(settings, base)) {
        long[] shape = base.tensor(name).shape();
        pairs.put(
            name,
            pair(
                base.tensor(name),
                uniform(settings.rank(), (int) shape[1], key.with(name)),
                torch.zeros(shape[0], settings.rank())));
      }
    }
    return new Adapters(settings, pairs);
  }

  /**
   * Adapters as {@link #save} wrote them.
   *
   * @param baseVersion of the policy that they are put on
   * @throws UserError if they belong to another policy or other settings
   */
  static Adapters load(LoraSettings settings, Weights base, String baseVersion, Path folder) {
    AdapterFiles.requireMatch(folder, settings, baseVersion);
    SortedMap<String, Pair> pairs = new TreeMap<>();
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> saved =
          TensorFiles.load(AdapterFiles.tensors(folder), torch.ScalarType.Float);
      for (String name : targets(settings, base)) {
        long[] shape = base.tensor(name).shape();
        Tensor a = saved(saved, LoraSettings.nameOfA(name), folder, settings.rank(), shape[1]);
        Tensor b = saved(saved, LoraSettings.nameOfB(name), folder, shape[0], settings.rank());
        pairs.put(name, pair(base.tensor(name), a, b));
      }
    }
    return new Adapters(settings, pairs);
  }

  private static Iterable<String> targets(LoraSettings settings, Weights base) {
    NamePatterns patterns = new NamePatterns(settings.targets());
    var names =
        base.tensors().entrySet().stream()
            .filter(entry -> ParameterShapes.isFactor(entry.getKey(), entry.getValue().shape()))
            .map(Map.Entry::getKey)
            .filter(patterns::match)
            .toList();
    if (names.isEmpty()) {
      throw new UserError(
          "No matrix to adapt: the patterns %s (learner.lora.targets) match none; a matrix's name is such as %s"
              .formatted(
                  settings.targets(), "language_model.model.layers.0.self_attn.q_proj.weight"));
    }
    return names;
  }

  private static Tensor saved(Map<String, Tensor> saved, String name, Path folder, long... shape) {
    Tensor found = saved.get(name);
    if (found == null || !Arrays.equals(found.shape(), shape)) {
      throw new UserError(
          "Cannot load adapters from %s: tensor %s has shape %s, expected %s"
              .formatted(
                  folder,
                  name,
                  found == null ? "none" : Arrays.toString(found.shape()),
                  Arrays.toString(shape)));
    }
    return found;
  }

  private static Tensor uniform(int rows, int columns, RandomKey key) {
    CounterRandom random = key.random();
    double bound = 1 / Math.sqrt(columns);
    float[] values = new float[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
    return Tensor.create(values, rows, columns);
  }

  private static Pair pair(Tensor matrix, Tensor a, Tensor b) {
    return new Pair(leaf(matrix, a), leaf(matrix, b));
  }

  private static Tensor leaf(Tensor matrix, Tensor values) {
    Tensor placed = values.to(matrix.device(), matrix.scalar_type()).detach();
    return placed.set_requires_grad(true).retainReference();
  }

  /** The trained tensors by the names that PEFT gives them. */
  SortedMap<String, Tensor> parameters() {
    SortedMap<String, Tensor> parameters = new TreeMap<>();
    pairs.forEach(
        (name, pair) -> {
          parameters.put(LoraSettings.nameOfA(name), pair.a());
          parameters.put(LoraSettings.nameOfB(name), pair.b());
        });
    return parameters;
  }

  /** The adapted matrices {@code W + s B A} by name, differentiable, in the caller's scope. */
  Map<String, Tensor> effective(Weights base) {
    Scalar scale = new Scalar(settings.scale());
    Map<String, Tensor> effective = new HashMap<>();
    pairs.forEach(
        (name, pair) ->
            effective.put(
                name,
                Weights.derived(
                    base.tensor(name).add(pair.b().matmul(pair.a()).mul(scale)), true)));
    return effective;
  }

  /** Puts the adapted matrices in the places of the base's, which are kept for {@link #unmerge}. */
  void merge(Weights base) {
    if (!replaced.isEmpty()) {
      throw new IllegalStateException("The adapters are merged already");
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      Map<String, Tensor> effective = effective(base);
      effective
          .keySet()
          .forEach(name -> replaced.put(name, base.tensor(name).clone().<Tensor>retainReference()));
      base.copyFrom(effective);
    }
  }

  /** Puts the base's matrices back, as they were to the bit: a subtraction would round. */
  void unmerge(Weights base) {
    base.copyFrom(replaced);
    replaced.values().forEach(Tensor::close);
    replaced.clear();
  }

  /** Writes the adapters alone, as PEFT reads them. */
  void save(Path folder, String baseVersion) {
    TensorFiles.save(
        AdapterFiles.tensors(folder),
        parameters(),
        Map.of("format", "pt", BASE_VERSION, baseVersion));
    AdapterFiles.writeConfig(folder, settings, baseVersion, pairs.keySet());
  }

  @Override
  public void close() {
    pairs
        .values()
        .forEach(
            pair -> {
              pair.a().close();
              pair.b().close();
            });
    replaced.values().forEach(Tensor::close);
  }
}
