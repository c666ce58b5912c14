package dev.tandem.policy.bagel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The computations of BAGEL over named weights: embeddings, the decoder, and its two heads. Keeps
 * nothing between calls but the count of its passes; several threads may use it at once. It
 * computes in the type and on the device of its weights; the codec has its own, and what leaves the
 * model (logits, velocities) is float32 or wider.
 */
public final class BagelModel {
  private static final int TIME_FEATURES = 256;

  private final BagelConfig config;
  private final Placement placement;
  private final PassCounter passes;
  private final Tensor embeddings;
  private final List<DecoderLayer> layers = new ArrayList<>();
  private final GroupedAttention attention;
  private final RmsNorm understandingNorm;
  private final RmsNorm generationNorm;
  private final Linear languageHead;
  private final Linear timeIn;
  private final Linear timeOut;
  private final Linear latentIn;
  private final Linear latentOut;
  private final Tensor latentPositions;
  private final VisionTower visionTower;
  private final ImageCodec codec;
  private final @Nullable Recomputation recomputation;

  public BagelModel(BagelConfig config, Weights weights, Weights codecWeights) {
    this(
        config,
        weights,
        config.codec() instanceof BagelConfig.Flux flux
            ? new FluxAutoencoder(codecWeights, flux)
            : new PixelCodec(),
        new PassCounter(),
        null);
  }

  private BagelModel(
      BagelConfig config,
      Weights weights,
      ImageCodec codec,
      PassCounter passes,
      @Nullable Recomputation recomputation) {
    this.config = config;
    this.recomputation = recomputation;
    this.codec = codec;
    this.passes = passes;
    this.embeddings = weights.norm("language_model.model.embed_tokens");
    this.placement = Placement.of(embeddings);
    this.attention = new GroupedAttention(config.llm());
    for (int i = 0; i < config.llm().layers(); i++) {
      layers.add(new DecoderLayer(weights, config.llm(), i));
    }
    this.understandingNorm =
        RmsNorm.of(weights, "language_model.model.norm", config.llm().rmsNormEps());
    this.generationNorm =
        RmsNorm.of(weights, "language_model.model.norm_moe_gen", config.llm().rmsNormEps());
    this.languageHead = weights.linear("language_model.lm_head");
    this.timeIn = weights.linear("time_embedder.mlp.0");
    this.timeOut = weights.linear("time_embedder.mlp.2");
    this.latentIn = weights.linear("vae2llm");
    this.latentOut = weights.linear("llm2vae");
    this.latentPositions = weights.tensor("latent_pos_embed.pos_embed");
    this.visionTower = new VisionTower(weights, config.vit());
  }

  /** These computations over other weights of the same names, counted together with them. */
  BagelModel over(Weights others) {
    return new BagelModel(config, others, codec, passes, null);
  }

  /** The same whose decoder layers keep no graph but are recomputed to be differentiated. */
  BagelModel over(Weights others, Recomputation layers) {
    return new BagelModel(config, others, codec, passes, layers);
  }

  public BagelConfig config() {
    return config;
  }

  public ImageCodec codec() {
    return codec;
  }

  Placement placement() {
    return placement;
  }

  PassCounter passes() {
    return passes;
  }

  /** Rows that several passes share: where passes are recomputed, they are cut off once. */
  Tensor shared(Tensor rows) {
    return recomputation == null ? rows : recomputation.leaf(rows);
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
    return torch.embedding(embeddings, placement.indexes(flat, ids.length, columns));
  }

  /**
   * Rows of the vision tower's patches.
   *
   * @param planes images {@code [3, height, width]} in [-1, 1]
   * @return {@code [patches of all images, H]}, image by image
   */
  Tensor vitRows(List<Tensor> planes) {
    TensorVector rows = new TensorVector();
    for (Tensor batch : Patches.stackLikes(planes)) {
      int patch = config.vit().patchSize();
      Grid grid = Grid.of((int) batch.size(3), (int) batch.size(2), patch);
      Tensor patches = placement.typed(Patches.patchify(batch, patch));
      rows.push_back(visionTower.rows(patches, grid).flatten(0, 1));
    }
    return rows.size() == 1 ? rows.get(0) : torch.cat(rows, 0);
  }

  /** What the flow times add to their latents, {@code [times, H]}. */
  Tensor timeRows(double... times) {
    double[] features = PositionTables.timesteps(times, TIME_FEATURES);
    Tensor input = placement.numbers(features, times.length, TIME_FEATURES);
    return timeOut.apply(torch.silu(timeIn.apply(input)));
  }

  /**
   * Rows of latent tokens at a flow time.
   *
   * @param latents {@code [B, N, C]}
   * @param grid where the N tokens lie in the image
   * @param times flow time of each row of the batch, or of all
   */
  Tensor latentRows(Tensor latents, Grid grid, double... times) {
    Tensor time = timeRows(times).unsqueeze(1);
    Tensor positions = placement.indexes(grid.positions(config.maxLatentSize()));
    return latentIn
        .apply(placement.typed(latents))
        .add(time)
        .add(latentPositions.index_select(0, positions));
  }

  /**
   * Runs the decoder.
   *
   * @param kind what the pass is counted as
   * @param hidden {@code [B, L, H]}, the understanding expert's columns first
   * @param mask boolean {@code [B or 1, 1, L or 1, past + L]}, true where visible; null shows all
   * @return {@code [B, L, H]} before the final norm
   */
  Tensor decode(
      PassCounter.Kind kind,
      Tensor hidden,
      long understandingColumns,
      Rotary rotary,
      @Nullable Tensor mask,
      KeyValues past,
      KeySink sink) {
    passes.count(kind, hidden.size(0), hidden.size(1));
    DecoderLayer.Pass pass = new DecoderLayer.Pass(rotary, bias(mask), past, sink);
    return through(layers, Streams.split(hidden, understandingColumns), pass).joined(1);
  }

  /**
   * Runs the decoder for velocities.
   *
   * @param markers {@code [B, M, H]}, for the understanding expert
   * @param latents {@code [B, N, H]}, for the generation expert
   * @param mask boolean {@code [B or 1, 1, 1, past + M + N]}, true where visible
   * @return the latents' columns {@code [B, N, H]} before the final norm
   */
  Tensor denoise(
      Tensor markers, Tensor latents, Rotary rotary, Tensor mask, KeyValues past, KeySink sink) {
    passes.count(PassCounter.Kind.VELOCITY, latents.size(0), markers.size(1) + latents.size(1));
    DecoderLayer.Pass pass = new DecoderLayer.Pass(rotary, bias(mask), past, sink);
    int last = layers.size() - 1;
    Streams state = through(layers.subList(0, last), new Streams(markers, latents), pass);
    return step(layers.get(last)::applyToGeneration, last, state, pass).joined(1);
  }

  private Streams through(List<DecoderLayer> layers, Streams hidden, DecoderLayer.Pass pass) {
    Streams state = hidden;
    for (int i = 0; i < layers.size(); i++) {
      state = step(layers.get(i)::apply, i, state, pass);
    }
    return state;
  }

  private Streams step(LayerStep layer, int index, Streams hidden, DecoderLayer.Pass pass) {
    return recomputation == null
        ? LocalScope.ofStreams(() -> layer.apply(hidden, pass))
        : layer.recomputed(recomputation, index, hidden, pass);
  }

  private @Nullable TensorOptional bias(@Nullable Tensor mask) {
    return mask == null ? null : new TensorOptional(attention.bias(mask, placement));
  }

  Rotary rotary(int[][] positions) {
    return Rotary.at(positions, config.llm().headSize(), config.llm().ropeTheta(), placement);
  }

  /** Logits over the vocabulary of understanding rows. */
  Tensor logits(Tensor hidden) {
    return placement.precise().typed(languageHead.apply(understandingNorm.apply(hidden)));
  }

  /** Velocities of generation rows. */
  Tensor velocity(Tensor hidden) {
    return placement.precise().typed(latentOut.apply(generationNorm.apply(hidden)));
  }
}
