package dev.tandem.learner.update;

import dev.tandem.policy.training.LoraSettings;
import java.util.List;

/** Which part of a unified model a parameter belongs to, by its published name. */
enum Expert {
  UNDERSTANDING,
  GENERATION,
  /** Vision tower, connector, position tables, autoencoder: not trained. */
  NONE;

  private static final List<String> GENERATION_NAMES =
      List.of("moe_gen", "llm2vae", "vae2llm", "time_embedder");

  /** Adapters belong where their matrix does. */
  static Expert of(String trained) {
    String parameter = LoraSettings.matrixOf(trained);
    if (parameter.contains("pos_embed")) {
      return NONE;
    }
    if (GENERATION_NAMES.stream().anyMatch(parameter::contains)) {
      return GENERATION;
    }
    return parameter.startsWith("language_model.") ? UNDERSTANDING : NONE;
  }
}
