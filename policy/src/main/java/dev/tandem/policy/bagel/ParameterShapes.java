package dev.tandem.policy.bagel;

import dev.tandem.policy.safetensors.ModelReader;
import dev.tandem.policy.safetensors.SafetensorsReader;
import dev.tandem.policy.safetensors.TensorInfo;
import dev.tandem.schemas.UserError;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and shapes of all parameters of a configuration, as BAGEL's published weights have them.
 */
final class ParameterShapes {
  private static final int TIME_FEATURES = 256;
  private final Map<String, long[]> shapes = new TreeMap<>();

  private ParameterShapes() {}

  /** Sine and cosine tables are stored with the weights but never trained. */
  static boolean isFixed(String name) {
    return name.endsWith("pos_embed.pos_embed");
  }

  /** Whether a tensor is a matrix that rows are multiplied by, and not a table of rows. */
  static boolean isFactor(String name, long[] shape) {
    return shape.length == 2
        && !isFixed(name)
        && !name.endsWith("embed_tokens.weight")
        && !name.endsWith("position_embedding.weight");
  }

  /** Compares what a model's files say they hold to what is expected, before it is loaded. */
  static void check(ModelReader model, Map<String, long[]> expected) {
    expected.forEach((name, shape) -> check(model.shard(name), name, shape));
    for (TensorInfo tensor : model.tensors()) {
      if (!expected.containsKey(tensor.name())) {
        throw new UserError(
            "%s: unknown tensor %s".formatted(model.shard(tensor.name()).file(), tensor.name()));
      }
    }
  }

  private static void check(SafetensorsReader file, String name, long[] shape) {
    TensorInfo found = file.info(name);
    if (!Arrays.equals(found.dimensions(), shape)) {
      throw new UserError(
          "%s: tensor %s has shape %s, expected %s"
              .formatted(file.file(), name, found.shape(), Arrays.toString(shape)));
    }
    if (!found.type().isFloating()) {
      throw new UserError(
          "%s: tensor %s has type %s, expected floating-point numbers"
              .formatted(file.file(), name, found.type()));
    }
  }

  static Map<String, long[]> model(BagelConfig config) {
    ParameterShapes all = new ParameterShapes();
    BagelConfig.Llm llm = config.llm();
    int hidden = llm.hiddenSize();
    all.put("language_model.model.embed_tokens.weight", llm.vocabSize(), hidden);
    all.put("language_model.lm_head.weight", llm.vocabSize(), hidden);
    all.put("language_model.model.norm.weight", hidden);
    all.put("language_model.model.norm_moe_gen.weight", hidden);
    for (int layer = 0; layer < llm.layers(); layer++) {
      all.expert(llm, "language_model.model.layers." + layer + ".", "");
      all.expert(llm, "language_model.model.layers." + layer + ".", "_moe_gen");
    }
    all.linear("time_embedder.mlp.0", hidden, TIME_FEATURES);
    all.linear("time_embedder.mlp.2", hidden, hidden);
    all.linear("vae2llm", hidden, config.latentTokenChannels());
    all.linear("llm2vae", config.latentTokenChannels(), hidden);
    int side = config.maxLatentSize();
    all.put("latent_pos_embed.pos_embed", (long) side * side, hidden);
    all.vision(config.vit(), hidden);
    return all.shapes;
  }

  private void expert(BagelConfig.Llm llm, String prefix, String suffix) {
    int hidden = llm.hiddenSize();
    int keyWidth = llm.keyValueHeads() * llm.headSize();
    put(prefix + "input_layernorm" + suffix + ".weight", hidden);
    put(prefix + "post_attention_layernorm" + suffix + ".weight", hidden);
    String attention = prefix + "self_attn.";
    linear(attention + "q_proj" + suffix, hidden, hidden);
    linear(attention + "k_proj" + suffix, keyWidth, hidden);
    linear(attention + "v_proj" + suffix, keyWidth, hidden);
    put(attention + "o_proj" + suffix + ".weight", hidden, hidden);
    put(attention + "q_norm" + suffix + ".weight", llm.headSize());
    put(attention + "k_norm" + suffix + ".weight", llm.headSize());
    String mlp = prefix + "mlp" + suffix + ".";
    put(mlp + "gate_proj.weight", llm.intermediateSize(), hidden);
    put(mlp + "up_proj.weight", llm.intermediateSize(), hidden);
    put(mlp + "down_proj.weight", hidden, llm.intermediateSize());
  }

  private void vision(BagelConfig.Vit vit, int hidden) {
    String prefix = "vit_model.vision_model.";
    int width = vit.hiddenSize();
    long patches = (long) vit.patchesPerSide() * vit.patchesPerSide();
    linear(prefix + "embeddings.patch_embedding", width, 3L * vit.patchSize() * vit.patchSize());
    put(prefix + "embeddings.position_embedding.weight", patches, width);
    for (int layer = 0; layer < vit.layers(); layer++) {
      String name = prefix + "encoder.layers." + layer + ".";
      norm(name + "layer_norm1", width);
      norm(name + "layer_norm2", width);
      for (String projection : new String[] {"q_proj", "k_proj", "v_proj", "out_proj"}) {
        linear(name + "self_attn." + projection, width, width);
      }
      linear(name + "mlp.fc1", vit.intermediateSize(), width);
      linear(name + "mlp.fc2", width, vit.intermediateSize());
    }
    norm(prefix + "post_layernorm", width);
    linear("connector.fc1", hidden, width);
    linear("connector.fc2", hidden, hidden);
    put("vit_pos_embed.pos_embed", patches, hidden);
  }

  /** The codec's parameters; none where latents are pixels. */
  static Map<String, long[]> codec(BagelConfig config) {
    ParameterShapes all = new ParameterShapes();
    if (!(config.codec() instanceof BagelConfig.Flux vae)) {
      return all.shapes;
    }
    int[] multipliers = vae.multipliers();
    int last = multipliers.length - 1;
    int width = vae.channels();
    all.convolution("encoder.conv_in", width, 3, 3);
    for (int level = 0; level <= last; level++) {
      int out = vae.channels() * multipliers[level];
      for (int block = 0; block < vae.residualBlocks(); block++) {
        all.residual("encoder.down." + level + ".block." + block, width, out);
        width = out;
      }
      if (level < last) {
        all.convolution("encoder.down." + level + ".downsample.conv", width, width, 3);
      }
    }
    all.middle("encoder.mid", width);
    all.norm("encoder.norm_out", width);
    all.convolution("encoder.conv_out", 2 * vae.latentChannels(), width, 3);
    all.convolution("decoder.conv_in", width, vae.latentChannels(), 3);
    all.middle("decoder.mid", width);
    for (int level = last; level >= 0; level--) {
      int out = vae.channels() * multipliers[level];
      for (int block = 0; block <= vae.residualBlocks(); block++) {
        all.residual("decoder.up." + level + ".block." + block, width, out);
        width = out;
      }
      if (level > 0) {
        all.convolution("decoder.up." + level + ".upsample.conv", width, width, 3);
      }
    }
    all.norm("decoder.norm_out", width);
    all.convolution("decoder.conv_out", 3, width, 3);
    return all.shapes;
  }

  private void middle(String name, int width) {
    residual(name + ".block_1", width, width);
    norm(name + ".attn_1.norm", width);
    for (String projection : new String[] {"q", "k", "v", "proj_out"}) {
      convolution(name + ".attn_1." + projection, width, width, 1);
    }
    residual(name + ".block_2", width, width);
  }

  private void residual(String name, int in, int out) {
    norm(name + ".norm1", in);
    convolution(name + ".conv1", out, in, 3);
    norm(name + ".norm2", out);
    convolution(name + ".conv2", out, out, 3);
    if (in != out) {
      convolution(name + ".nin_shortcut", out, in, 1);
    }
  }

  private void convolution(String name, long out, long in, long kernel) {
    put(name + ".weight", out, in, kernel, kernel);
    put(name + ".bias", out);
  }

  private void norm(String name, long width) {
    put(name + ".weight", width);
    put(name + ".bias", width);
  }

  private void linear(String name, long out, long in) {
    put(name + ".weight", out, in);
    put(name + ".bias", out);
  }

  private void put(String name, long... shape) {
    shapes.put(name, shape);
  }
}
