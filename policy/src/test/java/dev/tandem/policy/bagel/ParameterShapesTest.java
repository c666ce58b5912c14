package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names and shapes of BAGEL-7B-MoT's weights as published. */
class ParameterShapesTest {
  private static final long HIDDEN = 3584;
  private static final long MLP = 18_944;
  private static final long KEYS = 4 * 128;
  private static final long VOCABULARY = 152_064;
  private static final int LAYERS = 28;
  private static final long VIT = 1152;
  private static final long VIT_MLP = 4304;
  private static final int VIT_LAYERS = 26;

  private static final Map<String, long[]> MODEL = ParameterShapes.model(BagelConfig.bagel7bMot());
  private static final Map<String, long[]> CODEC = ParameterShapes.codec(BagelConfig.bagel7bMot());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "language_model.model.embed_tokens.weight | 152064, 3584",
        "language_model.lm_head.weight | 152064, 3584",
        "language_model.model.norm.weight | 3584",
        "language_model.model.norm_moe_gen.weight | 3584",
        "language_model.model.layers.0.self_attn.q_proj.weight | 3584, 3584",
        "language_model.model.layers.0.self_attn.q_proj.bias | 3584",
        "language_model.model.layers.27.self_attn.q_proj_moe_gen.weight | 3584, 3584",
        "language_model.model.layers.27.self_attn.k_proj.weight | 512, 3584",
        "language_model.model.layers.27.self_attn.k_proj_moe_gen.bias | 512",
        "language_model.model.layers.3.self_attn.v_proj_moe_gen.weight | 512, 3584",
        "language_model.model.layers.3.self_attn.o_proj_moe_gen.weight | 3584, 3584",
        "language_model.model.layers.3.self_attn.q_norm.weight | 128",
        "language_model.model.layers.3.self_attn.k_norm_moe_gen.weight | 128",
        "language_model.model.layers.9.mlp.down_proj.weight | 3584, 18944",
        "language_model.model.layers.9.mlp_moe_gen.down_proj.weight | 3584, 18944",
        "language_model.model.layers.9.mlp_moe_gen.gate_proj.weight | 18944, 3584",
        "language_model.model.layers.9.input_layernorm_moe_gen.weight | 3584",
        "language_model.model.layers.9.post_attention_layernorm.weight | 3584",
        "time_embedder.mlp.0.weight | 3584, 256",
        "time_embedder.mlp.2.weight | 3584, 3584",
        "vae2llm.weight | 3584, 64",
        "llm2vae.weight | 64, 3584",
        "latent_pos_embed.pos_embed | 4096, 3584",
        "connector.fc1.weight | 3584, 1152",
        "connector.fc2.weight | 3584, 3584",
        "vit_pos_embed.pos_embed | 4900, 3584",
        "vit_model.vision_model.embeddings.patch_embedding.weight | 1152, 588",
        "vit_model.vision_model.embeddings.position_embedding.weight | 4900, 1152",
        "vit_model.vision_model.encoder.layers.25.mlp.fc1.weight | 4304, 1152",
        "vit_model.vision_model.encoder.layers.25.self_attn.out_proj.bias | 1152",
        "vit_model.vision_model.post_layernorm.weight | 1152",
      })
  void theModelHoldsThePublishedTensors(String name, String shape) {
    assertThat(text(MODEL.get(name))).isEqualTo("[" + shape + "]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "encoder.conv_in.weight | 128, 3, 3, 3",
        "encoder.down.0.block.1.conv2.weight | 128, 128, 3, 3",
        "encoder.down.0.downsample.conv.weight | 128, 128, 3, 3",
        "encoder.down.2.block.0.nin_shortcut.weight | 512, 256, 1, 1",
        "encoder.mid.attn_1.q.weight | 512, 512, 1, 1",
        "encoder.conv_out.weight | 32, 512, 3, 3",
        "decoder.conv_in.weight | 512, 16, 3, 3",
        "decoder.up.0.block.2.conv2.weight | 128, 128, 3, 3",
        "decoder.up.3.upsample.conv.weight | 512, 512, 3, 3",
        "decoder.conv_out.weight | 3, 128, 3, 3",
      })
  void theAutoencoderHoldsThePublishedTensors(String name, String shape) {
    assertThat(text(CODEC.get(name))).isEqualTo("[" + shape + "]");
  }

  /**
   * 28 layers of two experts of 25 and 26 layers of the vision tower of 16 tensors, and the rest.
   */
  @Test
  void thereAreNoOthers() {
    int expertTensors = 2 + 3 * 2 + 1 + 2 + 3;
    int vitTensors = 2 * 2 + 4 * 2 + 2 * 2;
    int single = 4 + 2 * 2 + 2 * 2 + 1 + (2 + 1) + 2 + 2 * 2 + 1;
    assertThat(MODEL).hasSize(LAYERS * 2 * expertTensors + VIT_LAYERS * vitTensors + single);
    assertThat(MODEL.keySet()).noneMatch(name -> name.contains("encoder.layers.26."));
  }

  @Test
  void theParametersAddUpTo14Point7BillionWithTheAutoencoder() {
    long attention = linear(HIDDEN, HIDDEN) + 2 * linear(KEYS, HIDDEN) + HIDDEN * HIDDEN + 2 * 128;
    long expert = attention + 3 * MLP * HIDDEN + 2 * HIDDEN;
    long decoder = LAYERS * 2 * expert + 2 * VOCABULARY * HIDDEN + 2 * HIDDEN;
    long latentSide =
        linear(HIDDEN, 256)
            + linear(HIDDEN, HIDDEN)
            + linear(HIDDEN, 64)
            + linear(64, HIDDEN)
            + 64 * 64 * HIDDEN;
    long vitLayer = 4 * VIT + 4 * linear(VIT, VIT) + linear(VIT_MLP, VIT) + linear(VIT, VIT_MLP);
    long vision =
        linear(VIT, 3 * 14 * 14)
            + 70 * 70 * VIT
            + VIT_LAYERS * vitLayer
            + 2 * VIT
            + linear(HIDDEN, VIT)
            + linear(HIDDEN, HIDDEN)
            + 70 * 70 * HIDDEN;
    long total = decoder + latentSide + vision;
    System.out.printf(
        "BAGEL-7B-MoT: %,d parameters, and %,d of the autoencoder%n", sum(MODEL), sum(CODEC));
    assertThat(sum(MODEL)).isEqualTo(total);
    assertThat(sum(MODEL) + sum(CODEC)).isBetween(14_650_000_000L, 14_750_000_000L);
  }

  private static long linear(long out, long in) {
    return out * in + out;
  }

  private static long sum(Map<String, long[]> shapes) {
    return shapes.values().stream()
        .mapToLong(shape -> Arrays.stream(shape).reduce(1, Math::multiplyExact))
        .sum();
  }

  private static String text(long[] shape) {
    return Arrays.toString(shape);
  }
}
