package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A layer of the mixture of transformers: each token goes through the projections of its own
 * expert, attention is joint. The columns of the understanding expert come first.
 */
final class DecoderLayer {
  private final Expert understanding;
  private final Expert generation;
  private final BagelConfig.Llm config;
  private final GroupedAttention attention;

  DecoderLayer(Weights weights, BagelConfig.Llm config, int index) {
    String prefix = "language_model.model.layers." + index + ".";
    this.understanding = Expert.of(weights, prefix, "", config.rmsNormEps());
    this.generation = Expert.of(weights, prefix, "_moe_gen", config.rmsNormEps());
    this.config = config;
    this.attention = new GroupedAttention(config);
  }

  /** The parameters of one expert. */
  private record Expert(
      RmsNorm inputNorm,
      Linear query,
      Linear key,
      Linear value,
      Linear output,
      RmsNorm queryNorm,
      RmsNorm keyNorm,
      RmsNorm postNorm,
      Linear gate,
      Linear up,
      Linear down) {

    static Expert of(Weights weights, String prefix, String suffix, double eps) {
      String attention = prefix + "self_attn.";
      String mlp = prefix + "mlp" + suffix + ".";
      return new Expert(
          RmsNorm.of(weights, prefix + "input_layernorm" + suffix, eps),
          weights.linear(attention + "q_proj" + suffix),
          weights.linear(attention + "k_proj" + suffix),
          weights.linear(attention + "v_proj" + suffix),
          weights.linear(attention + "o_proj" + suffix),
          RmsNorm.of(weights, attention + "q_norm" + suffix, eps),
          RmsNorm.of(weights, attention + "k_norm" + suffix, eps),
          RmsNorm.of(weights, prefix + "post_attention_layernorm" + suffix, eps),
          weights.linear(mlp + "gate_proj"),
          weights.linear(mlp + "up_proj"),
          weights.linear(mlp + "down_proj"));
    }
  }

  /** Queries, keys and values of one expert's columns, {@code [B, heads, L, headSize]}. */
  private record Projections(Tensor query, Tensor key, Tensor value) {

    Projections beside(Projections other) {
      return new Projections(
          KeyValues.join(query, other.query),
          KeyValues.join(key, other.key),
          KeyValues.join(value, other.value));
    }
  }

  /**
   * @param hidden {@code [B, L, H]}, the understanding columns first
   * @param understandingColumns how many of the L columns are the understanding expert's
   * @param bias what is added to the attention scores; null where all is visible
   * @param past keys and values already read, possibly none
   * @param sink where the keys and values including this layer's go
   */
  Tensor apply(
      Tensor hidden,
      long understandingColumns,
      Rotary rotary,
      @Nullable TensorOptional bias,
      KeyValues past,
      KeySink sink,
      int index) {
    long columns = hidden.size(1);
    long generationColumns = columns - understandingColumns;
    Projections projections = project(hidden, understandingColumns, generationColumns);
    Tensor query = rotary.rotate(projections.query());
    KeySink.Visible visible =
        sink.extend(index, past, rotary.rotate(projections.key()), projections.value());
    Tensor merged = attention.apply(query, visible, bias);
    if (generationColumns == 0) {
      return finish(understanding, hidden, merged);
    }
    if (understandingColumns == 0) {
      return finish(generation, hidden, merged);
    }
    return torch.cat(
        new TensorVector(
            finish(
                understanding,
                hidden.narrow(1, 0, understandingColumns),
                merged.narrow(1, 0, understandingColumns)),
            finish(
                generation,
                hidden.narrow(1, understandingColumns, generationColumns),
                merged.narrow(1, understandingColumns, generationColumns))),
        1);
  }

  private Projections project(Tensor hidden, long understandingColumns, long generationColumns) {
    if (generationColumns == 0) {
      return project(understanding, hidden);
    }
    if (understandingColumns == 0) {
      return project(generation, hidden);
    }
    return project(understanding, hidden.narrow(1, 0, understandingColumns))
        .beside(project(generation, hidden.narrow(1, understandingColumns, generationColumns)));
  }

  private Projections project(Expert expert, Tensor hidden) {
    Tensor normed = expert.inputNorm().apply(hidden);
    return new Projections(
        expert.queryNorm().apply(heads(expert.query().apply(normed), config.heads())),
        expert.keyNorm().apply(heads(expert.key().apply(normed), config.keyValueHeads())),
        heads(expert.value().apply(normed), config.keyValueHeads()));
  }

  private Tensor finish(Expert expert, Tensor hidden, Tensor attended) {
    Tensor residual = expert.output().apply(attended).add_(hidden);
    Tensor normed = expert.postNorm().apply(residual);
    Tensor gated = torch.silu(expert.gate().apply(normed)).mul(expert.up().apply(normed));
    return expert.down().apply(gated).add_(residual);
  }

  private Tensor heads(Tensor x, int heads) {
    long columns = x.size(1);
    // A single column, as in decoding, needs no transposition.
    return columns == 1
        ? x.reshape(x.size(0), heads, 1, config.headSize())
        : x.reshape(x.size(0), columns, heads, config.headSize()).transpose(1, 2);
  }
}
