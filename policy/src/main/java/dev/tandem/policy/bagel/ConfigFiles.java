package dev.tandem.policy.bagel;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a policy folder that state its sizes: {@code config.json} as this project writes it,
 * known by its key {@code llm}, or else those of a published BAGEL.
 */
final class ConfigFiles {
  static final String OWN = "config.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private ConfigFiles() {}

  /** The files to be read, which a copy of the folder needs. */
  static List<Path> of(Path folder) {
    Path own = folder.resolve(OWN);
    Path llm = folder.resolve(PublishedConfig.LLM);
    boolean exists = Files.isRegularFile(own);
    if ((exists && isOwn(own)) || (!exists && !Files.isRegularFile(llm))) {
      return List.of(PolicyFiles.existing(folder, OWN));
    }
    if (!Files.isRegularFile(llm)) {
      throw new UserError(
          "Cannot read the policy's sizes from %s: no key llm, and no file %s beside it"
              .formatted(own, PublishedConfig.LLM));
    }
    Path vit = PolicyFiles.existing(folder, PublishedConfig.VIT);
    return exists ? List.of(llm, vit, own) : List.of(llm, vit);
  }

  /** Reads the sizes. */
  static BagelConfig read(Path folder) {
    List<Path> files = of(folder);
    if (files.size() == 1) {
      return readOwn(files.get(0));
    }
    return PublishedConfig.read(
        files.get(0), files.get(1), files.size() == 3 ? files.get(2) : null);
  }

  private static boolean isOwn(Path file) {
    return Sizes.read(file).object().has("llm");
  }

  private static BagelConfig readOwn(Path file) {
    try {
      return JSON.readValue(file.toFile(), BagelConfig.class);
    } catch (IOException e) {
      throw new UserError("Cannot read the policy's sizes from " + file + ": " + e.getMessage(), e);
    }
  }

  /** What {@code config.json} holds. */
  static String json(BagelConfig config) throws JsonProcessingException {
    return JSON.writeValueAsString(config) + "\n";
  }
}
