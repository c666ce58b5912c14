package dev.tandem.policy.bagel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/**
 * A folder of adapters in the form of Hugging Face's PEFT: {@code adapter_config.json} and {@code
 * adapter_model.safetensors}. The base model is told by its version, a digest of its weights.
 */
final class AdapterFiles {
  private static final String CONFIG = "adapter_config.json";
  private static final String TENSORS = "adapter_model.safetensors";
  private static final String BASE = "base_model_name_or_path";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private AdapterFiles() {}

  static Path tensors(Path folder) {
    return folder.resolve(TENSORS);
  }

  /**
   * Writes the configuration.
   *
   * @param matrices names of the adapted weights
   */
  static void writeConfig(
      Path folder, LoraSettings settings, String baseVersion, Collection<String> matrices) {
    ObjectNode config =
        JSON.createObjectNode()
            .put("peft_type", "LORA")
            .putNull("task_type")
            .put(BASE, baseVersion)
            .put("r", settings.rank())
            .put("lora_alpha", settings.alpha())
            .put("lora_dropout", 0.0)
            .put("bias", "none")
            .put("fan_in_fan_out", false)
            .put("inference_mode", true)
            .put("init_lora_weights", true);
    ArrayNode modules = config.putArray("target_modules");
    matrices.forEach(
        matrix -> modules.add(matrix.substring(0, matrix.length() - ".weight".length())));
    try {
      Files.write(folder.resolve(CONFIG), JSON.writeValueAsBytes(config));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + folder.resolve(CONFIG), e);
    }
  }

  /**
   * Checks that adapters are the expected ones.
   *
   * @throws UserError naming the file, what it says and what was expected
   */
  static void requireMatch(Path folder, LoraSettings settings, String baseVersion) {
    JsonNode config = read(folder.resolve(CONFIG));
    require(folder, "r", config.path("r").asInt(-1), settings.rank());
    require(folder, "lora_alpha", config.path("lora_alpha").asDouble(), settings.alpha());
    require(folder, BASE, config.path(BASE).asText(), baseVersion);
  }

  /** The factor of the product of adapters. */
  static double scale(Path folder) {
    JsonNode config = read(folder.resolve(CONFIG));
    return config.path("lora_alpha").asDouble() / config.path("r").asInt();
  }

  private static void require(Path folder, String key, Object found, Object expected) {
    if (!found.equals(expected)) {
      throw new UserError(
          "Cannot go on from the adapters in %s: %s is %s, expected %s"
              .formatted(folder.resolve(CONFIG), key, found, expected));
    }
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(file.toFile());
    } catch (IOException e) {
      throw new UserError(
          "Cannot go on from the adapters in %s: %s (a checkpoint of a run with learner.lora.rank above 0 holds them)"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
