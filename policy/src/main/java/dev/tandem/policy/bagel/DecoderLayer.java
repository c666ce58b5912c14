package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.DoubleOptional;
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

  DecoderLayer(Weights weights, BagelConfig.Llm config, int index) {
    String prefix = "language_model.model.layers." + index + ".";
    this.understanding = Expert.of(weights, prefix, "");
    this.generation = Expert.of(weights, prefix, "_moe_gen");
    this.config = config;
  }

  /** The parameters of one expert. */
  private record Expert(
      Tensor inputNorm,
      Linear query,
      Linear key,
      Linear value,
      Linear output,
      Tensor queryNorm,
      Tensor keyNorm,
      Tensor postNorm,
      Linear gate,
      Linear up,
      Linear down) {

    static Expert of(Weights weights, String prefix, String suffix) {
      String attention = prefix + "self_attn.";
      String mlp = prefix + "mlp" + suffix + ".";
      return new Expert(
          weights.norm(prefix + "input_layernorm" + suffix),
          weights.linear(attention + "q_proj" + suffix),
          weights.linear(attention + "k_proj" + suffix),
          weights.linear(attention + "v_proj" + suffix),
          weights.linear(attention + "o_proj" + suffix),
          weights.norm(attention + "q_norm" + suffix),
          weights.norm(attention + "k_norm" + suffix),
          weights.norm(prefix + "post_attention_layernorm" + suffix),
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
   * @param mask boolean {@code [B or 1, 1, L, past + L]}, true where visible; null shows all
   * @param past keys and values already read, possibly none
   * @param sink where the keys and values including this layer's go
   */
  Tensor apply(
      Tensor hidden,
      long understandingColumns,
      Rotary rotary,
      @Nullable Tensor mask,
      KeyValues past,
      KeySink sink,
      int index) {
    long columns = hidden.size(1);
    long generationColumns = columns - understandingColumns;
    Projections projections = project(hidden, understandingColumns, generationColumns);
    Tensor query = rotary.rotate(projections.query());
    KeySink.Visible visible =
        sink.extend(index, past, rotary.rotate(projections.key()), projections.value());
    Tensor attended =
        torch.scaled_dot_product_attention(
            query,
            repeatHeads(visible.keys()),
            repeatHeads(visible.values()),
            mask == null ? new TensorOptional() : new TensorOptional(mask),
            0.0,
            false,
            new DoubleOptional(),
            false);
    Tensor merged = attended.transpose(1, 2).reshape(hidden.size(0), columns, -1);
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
    Tensor normed = norm(hidden, expert.inputNorm());
    return new Projections(
        norm(heads(expert.query().apply(normed), config.heads()), expert.queryNorm()),
        norm(heads(expert.key().apply(normed), config.keyValueHeads()), expert.keyNorm()),
        heads(expert.value().apply(normed), config.keyValueHeads()));
  }

  private Tensor finish(Expert expert, Tensor hidden, Tensor attended) {
    Tensor residual = hidden.add(expert.output().apply(attended));
    Tensor normed = norm(residual, expert.postNorm());
    Tensor gated = torch.silu(expert.gate().apply(normed)).mul(expert.up().apply(normed));
    return residual.add(expert.down().apply(gated));
  }

  private Tensor norm(Tensor x, Tensor weight) {
    return RmsNorm.apply(x, weight, config.rmsNormEps());
  }

  private Tensor heads(Tensor x, int heads) {
    return x.reshape(x.size(0), x.size(1), heads, config.headSize()).transpose(1, 2);
  }

  private Tensor repeatHeads(Tensor x) {
    int repeats = config.heads() / config.keyValueHeads();
    return repeats == 1
        ? x
        : x.unsqueeze(2)
            .expand(-1, -1, repeats, -1, -1)
            .reshape(x.size(0), config.heads(), x.size(2), x.size(3));
  }
}
