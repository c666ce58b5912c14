package dev.tandem.learner.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tandem.learner.config.OptimizerConfig;
import dev.tandem.learner.update.Training;
import dev.tandem.learner.update.Training.SavedState;
import dev.tandem.policy.files.AtomicFolder;
import dev.tandem.policy.files.FolderManifest;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Checkpoints: a policy folder that also holds {@code optimizer.safetensors}, {@code learner.json}
 * and, where averages are kept, {@code ema.safetensors}; {@code manifest.json} tells the digests of
 * all. A folder appears whole or not at all: see {@link AtomicFolder}.
 *
 * <p>Nothing else is needed to go on: random draws are keyed by seed and iteration, which {@code
 * learner.json} tells, and so are the rows of the batch; the schedule is a function of the steps.
 */
public final class Checkpoints {
  private static final String OPTIMIZER = "optimizer.safetensors";
  private static final String AVERAGES = "ema.safetensors";
  private static final String PROGRESS = "learner.json";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private Checkpoints() {}

  /**
   * Takes training up where the folder left it; a folder that no learner wrote is a start policy,
   * whose optimizer has seen nothing.
   *
   * @param parameters of the policy loaded from the folder
   */
  public static Training resume(
      Path folder, OptimizerConfig config, SortedMap<String, Tensor> parameters) {
    if (!Files.exists(folder.resolve(PROGRESS))) {
      return Training.resume(config, parameters, SavedState.empty(), 0);
    }
    long steps = steps(folder.resolve(PROGRESS));
    try (PointerScope scope = new PointerScope()) {
      SavedState saved =
          new SavedState(load(folder.resolve(OPTIMIZER)), load(folder.resolve(AVERAGES)));
      return Training.resume(config, parameters, saved, steps);
    }
  }

  /** Writes a checkpoint; an older folder of that name, left by an interrupted run, is replaced. */
  public static void write(
      Path folder, TrainablePolicy policy, Training training, LearnerProgress progress) {
    try {
      AtomicFolder.write(
          folder,
          target -> {
            policy.save(target);
            SavedState state = training.state();
            TensorFiles.save(target.resolve(OPTIMIZER), state.optimizer(), Map.of());
            if (!state.averages().isEmpty()) {
              TensorFiles.save(target.resolve(AVERAGES), state.averages(), Map.of());
            }
            Files.write(target.resolve(PROGRESS), JSON.writeValueAsBytes(progress));
            FolderManifest.write(target);
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the checkpoint " + folder, e);
    }
  }

  private static long steps(Path file) {
    try {
      JsonNode progress = JSON.readTree(file.toFile());
      int format = progress.path("format").asInt(-1);
      if (format != LearnerProgress.FORMAT || !progress.path("steps").isIntegralNumber()) {
        throw new UserError(
            "Cannot resume from %s: found format %s with steps %s, expected format %d"
                .formatted(
                    file, progress.path("format"), progress.path("steps"), LearnerProgress.FORMAT));
      }
      return progress.path("steps").longValue();
    } catch (IOException e) {
      throw new UserError("Cannot resume from " + file + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Tensor> load(Path file) {
    return Files.exists(file) ? TensorFiles.load(file, ScalarType.Float) : Map.of();
  }
}
