package dev.tandem.policy.bagel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The SigLIP vision tower and the connector that brings its patches to the decoder's width. */
final class VisionTower {
  private static final String PREFIX = "vit_model.vision_model.";

  private final BagelConfig.Vit config;
  private final Linear patchEmbedding;
  private final Tensor positionEmbedding;
  private final List<Layer> layers = new ArrayList<>();
  private final LayerNorm postNorm;
  private final Linear connectorIn;
  private final Linear connectorOut;
  private final Tensor decoderPositions;

  VisionTower(Weights weights, BagelConfig.Vit config) {
    this.config = config;
    this.patchEmbedding = weights.linear(PREFIX + "embeddings.patch_embedding");
    this.positionEmbedding = weights.norm(PREFIX + "embeddings.position_embedding");
    for (int i = 0; i < config.layers(); i++) {
      layers.add(Layer.of(weights, PREFIX + "encoder.layers." + i + "."));
    }
    this.postNorm = LayerNorm.of(weights, PREFIX + "post_layernorm");
    this.connectorIn = weights.linear("connector.fc1");
    this.connectorOut = weights.linear("connector.fc2");
    this.decoderPositions = weights.tensor("vit_pos_embed.pos_embed");
  }

  private record LayerNorm(Tensor weight, Tensor bias) {
    static LayerNorm of(Weights weights, String name) {
      return new LayerNorm(weights.norm(name), weights.tensor(name + ".bias"));
    }

    Tensor apply(Tensor x, double eps) {
      return torch.layer_norm(
          x,
          new long[] {weight.size(0)},
          new TensorOptional(weight),
          new TensorOptional(bias),
          eps,
          true);
    }
  }

  private record Layer(
      LayerNorm norm1,
      Linear query,
      Linear key,
      Linear value,
      Linear output,
      LayerNorm norm2,
      Linear fc1,
      Linear fc2) {
    static Layer of(Weights weights, String prefix) {
      return new Layer(
          LayerNorm.of(weights, prefix + "layer_norm1"),
          weights.linear(prefix + "self_attn.q_proj"),
          weights.linear(prefix + "self_attn.k_proj"),
          weights.linear(prefix + "self_attn.v_proj"),
          weights.linear(prefix + "self_attn.out_proj"),
          LayerNorm.of(weights, prefix + "layer_norm2"),
          weights.linear(prefix + "mlp.fc1"),
          weights.linear(prefix + "mlp.fc2"));
    }
  }

  /**
   * Rows for the decoder.
   *
   * @param patches {@code [B, patches, patch * patch * 3]} in [-1, 1]
   * @param grid where the patches lie in the image
   * @return {@code [B, patches, H]}
   */
  Tensor rows(Tensor patches, Grid grid) {
    return connect(features(patches, grid)).add(decoderPositions.index_select(0, positions(grid)));
  }

  /** What the tower sees, {@code [B, patches, vision width]}. */
  Tensor features(Tensor patches, Grid grid) {
    Tensor hidden =
        patchEmbedding.apply(patches).add(positionEmbedding.index_select(0, positions(grid)));
    for (Layer layer : layers) {
      hidden = hidden.add(attend(layer, layer.norm1().apply(hidden, config.layerNormEps())));
      Tensor normed = layer.norm2().apply(hidden, config.layerNormEps());
      hidden = hidden.add(layer.fc2().apply(torch.gelu(layer.fc1().apply(normed), "tanh")));
    }
    return postNorm.apply(hidden, config.layerNormEps());
  }

  /** Features at the decoder's width, {@code [B, patches, H]}, without their positions. */
  Tensor connect(Tensor features) {
    return connectorOut.apply(torch.gelu(connectorIn.apply(features), "tanh"));
  }

  private Tensor positions(Grid grid) {
    return Placement.of(positionEmbedding).indexes(grid.positions(config.patchesPerSide()));
  }

  private Tensor attend(Layer layer, Tensor x) {
    Tensor attended =
        torch.scaled_dot_product_attention(
            heads(layer.query().apply(x)),
            heads(layer.key().apply(x)),
            heads(layer.value().apply(x)));
    return layer.output().apply(attended.transpose(1, 2).reshape(x.size(0), x.size(1), -1));
  }

  private Tensor heads(Tensor x) {
    return x.reshape(x.size(0), x.size(1), config.heads(), -1).transpose(1, 2);
  }
}
