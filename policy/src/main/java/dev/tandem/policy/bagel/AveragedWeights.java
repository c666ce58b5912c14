package dev.tandem.policy.bagel;

import dev.tandem.policy.safetensors.ModelReader;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.training.LoraSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The moving averages that training keeps beside a checkpoint's weights. */
final class AveragedWeights {
  private static final String AVERAGES = "ema.safetensors";

  private AveragedWeights() {}

  /**
   * Puts the averages that a folder holds in the places of the weights loaded from it. Those of
   * adapters replace what the adapters themselves changed, {@code W + s (B' A' - B A)}.
   *
   * @param model the folder's weights, which may be called as the averages are
   */
  static void apply(Path folder, Path model, Weights weights) {
    Path file = folder.resolve(AVERAGES);
    if (file.equals(model) || !Files.isRegularFile(file)) {
      return;
    }
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      Map<String, Tensor> averages = TensorFiles.load(file, torch.ScalarType.Float);
      boolean adapted =
          averages.keySet().stream().anyMatch(name -> !LoraSettings.matrixOf(name).equals(name));
      weights.copyFrom(adapted ? adapted(folder, model, averages) : averages);
    }
  }

  private static Map<String, Tensor> adapted(
      Path folder, Path model, Map<String, Tensor> averages) {
    Path adapter = folder.resolve(BagelTrainable.ADAPTER);
    Map<String, Tensor> trained =
        TensorFiles.load(AdapterFiles.tensors(adapter), torch.ScalarType.Float);
    Scalar scale = new Scalar(AdapterFiles.scale(adapter));
    Map<String, Tensor> merged;
    try (ModelReader reader = ModelReader.open(model)) {
      merged = TensorFiles.load(reader, torch.ScalarType.Float);
    }
    Map<String, Tensor> averaged = new HashMap<>();
    for (String name : averages.keySet()) {
      String matrix = LoraSettings.matrixOf(name);
      Tensor weight = merged.get(matrix);
      if (weight != null && !averaged.containsKey(matrix)) {
        Tensor change = product(averages, trained, matrix).sub(product(trained, trained, matrix));
        averaged.put(matrix, weight.add(change.mul(scale)));
      }
    }
    return averaged;
  }

  /** {@code B A}; one of the two that is frozen has no average. */
  private static Tensor product(
      Map<String, Tensor> values, Map<String, Tensor> otherwise, String matrix) {
    return value(values, otherwise, LoraSettings.nameOfB(matrix))
        .matmul(value(values, otherwise, LoraSettings.nameOfA(matrix)));
  }

  private static Tensor value(
      Map<String, Tensor> values, Map<String, Tensor> otherwise, String name) {
    Tensor value = values.getOrDefault(name, otherwise.get(name));
    if (value == null) {
      throw new IllegalStateException("No adapter " + name);
    }
    return value;
  }
}
