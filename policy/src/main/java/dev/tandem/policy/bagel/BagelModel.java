package dev.tandem.policy.bagel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The computations of BAGEL over named weights: embeddings, the decoder, and its two heads. Holds
 * no state of its own; several threads may use it at once.
 */
public final class BagelModel {
  private static final int TIME_FEATURES = 256;

  private final BagelConfig config;
  private final Tensor embeddings;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final Tensor understandingNorm;
  private final Tensor generationNorm;
  private final Linear languageHead;
  private final Linear timeIn;
  private final Linear timeOut;
  private final Linear latentIn;
  private final Linear latentOut;
  private final Tensor latentPositions;
  private final VisionTower visionTower;
  private final FluxAutoencoder autoencoder;

  public BagelModel(BagelConfig config, Weights weights, Weights autoencoderWeights) {
    this.config = config;
    this.embeddings = weights.norm("language_model.model.embed_tokens");
    for (int i = 0; i < config.llm().layers(); i++) {
      layers.add(new DecoderLayer(weights, config.llm(), i));
    }
    this.understandingNorm = weights.norm("language_model.model.norm");
    this.generationNorm = weights.norm("language_model.model.norm_moe_gen");
    this.languageHead = weights.linear("language_model.lm_head");
    this.timeIn = weights.linear("time_embedder.mlp.0");
    this.timeOut = weights.linear("time_embedder.mlp.2");
    this.latentIn = weights.linear("vae2llm");
    this.latentOut = weights.linear("llm2vae");
    this.latentPositions = weights.tensor("latent_pos_embed.pos_embed");
    this.visionTower = new VisionTower(weights, config.vit());
    this.autoencoder = new FluxAutoencoder(autoencoderWeights, config.vae());
  }

  public BagelConfig config() {
    return config;
  }

  public FluxAutoencoder autoencoder() {
    return autoencoder;
  }

  /** Embedding rows {@code [B, T, H]} of token ids. */
  Tensor textRows(int[][] ids) {
    int columns = ids[0].length;
    long[] flat = new long[ids.length * columns];
    for (int row = 0; row < ids.length; row++) {
      for (int column = 0; column < columns; column++) {
        flat[row * columns + column] = ids[row][column];
      }
    }
    return torch.embedding(embeddings, Tensor.create(flat, ids.length, columns));
  }

  /** Rows {@code [B, patches, H]} of images {@code [B, 3, height, width]} in [-1, 1]. */
  Tensor vitRows(Tensor planes) {
    int patch = config.vit().patchSize();
    return visionTower.rows(Patches.patchify(planes, patch), (int) planes.size(3) / patch);
  }

  /**
   * Rows of autoencoder latents at a flow time.
   *
   * @param latents {@code [B, N, C]}, a square grid
   * @param times flow time of each row of the batch, or of all
   */
  Tensor latentRows(Tensor latents, double... times) {
    int side = (int) Math.round(Math.sqrt(latents.size(1)));
    long[] positions = new long[side * side];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (long) (i / side) * config.maxLatentSize() + i % side;
    }
    Tensor features =
        Tensor.create(
            PositionTables.timesteps(times, TIME_FEATURES), times.length, 1, TIME_FEATURES);
    Tensor time = timeOut.apply(torch.silu(timeIn.apply(features)));
    return latentIn
        .apply(latents)
        .add(time)
        .add(latentPositions.index_select(0, Tensor.create(positions)));
  }

  /**
   * Runs the decoder.
   *
   * @param hidden {@code [B, L, H]}, the understanding expert's columns first
   * @param mask boolean {@code [B or 1, 1, L, past + L]}, true where visible; null shows all
   * @return {@code [B, L, H]} before the final norm
   */
  Tensor decode(
      Tensor hidden,
      long understandingColumns,
      Rotary rotary,
      @Nullable Tensor mask,
      KeyValues past,
      KeySink sink) {
    Tensor state = hidden;
    for (int i = 0; i < layers.size(); i++) {
      state = layers.get(i).apply(state, understandingColumns, rotary, mask, past, sink, i);
    }
    return state;
  }

  Rotary rotary(int[][] positions) {
    return Rotary.at(positions, config.llm().headSize(), config.llm().ropeTheta());
  }

  /** Logits over the vocabulary of understanding rows. */
  Tensor logits(Tensor hidden) {
    return languageHead.apply(RmsNorm.apply(hidden, understandingNorm, config.llm().rmsNormEps()));
  }

  /** Velocities of generation rows. */
  Tensor velocity(Tensor hidden) {
    return latentOut.apply(RmsNorm.apply(hidden, generationNorm, config.llm().rmsNormEps()));
  }
}
