package dev.tandem.learner.update;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpertTest {
  @ParameterizedTest
  @CsvSource({
    "language_model.model.layers.0.self_attn.q_proj.weight, UNDERSTANDING",
    "language_model.model.embed_tokens.weight, UNDERSTANDING",
    "language_model.model.layers.0.self_attn.q_proj_moe_gen.weight, GENERATION",
    "language_model.model.norm_moe_gen.weight, GENERATION",
    "llm2vae.weight, GENERATION",
    "vae2llm.bias, GENERATION",
    "time_embedder.mlp.0.weight, GENERATION",
    "latent_pos_embed.pos_embed, NONE",
    "vit_pos_embed.pos_embed, NONE",
    "vit_model.vision_model.embeddings.patch_embedding.weight, NONE",
    "connector.fc1.weight, NONE"
  })
  void parametersBelongToTheExpertThatTheirNameSays(String name, Expert expert) {
    assertThat(Expert.of(name)).isEqualTo(expert);
  }
}
