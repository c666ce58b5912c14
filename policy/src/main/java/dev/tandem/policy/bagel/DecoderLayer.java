package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.GradMode;
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
  private final int index;

  DecoderLayer(Weights weights, BagelConfig.Llm config, int index) {
    String prefix = "language_model.model.layers." + index + ".";
    this.understanding = Expert.of(weights, prefix, "", config.rmsNormEps());
    this.generation = Expert.of(weights, prefix, "_moe_gen", config.rmsNormEps());
    this.config = config;
    this.index = index;
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
   * What the layers of a pass share.
   *
   * @param understandingColumns how many of the L columns are the understanding expert's; they come
   *     first
   * @param bias what is added to the attention scores; null where all is visible
   * @param past keys and values already read, possibly none
   * @param sink where the keys and values including the pass's own go
   */
  record Pass(
      long understandingColumns,
      Rotary rotary,
      @Nullable TensorOptional bias,
      KeyValues past,
      KeySink sink) {}

  /**
   * The layer's output for all columns.
   *
   * @param hidden {@code [B, L, H]}
   * @return {@code [B, L, H]}
   */
  Tensor apply(Tensor hidden, Pass pass) {
    long understandingColumns = pass.understandingColumns();
    long generationColumns = hidden.size(1) - understandingColumns;
    Tensor attended =
        LocalScope.of(
            () -> {
              Projections projections = project(hidden, understandingColumns, generationColumns);
              return attend(projections, pass.rotary(), pass);
            });
    if (generationColumns == 0) {
      return finish(understanding, hidden, attended);
    }
    if (understandingColumns == 0) {
      return finish(generation, hidden, attended);
    }
    return torch.cat(
        new TensorVector(
            finish(
                understanding,
                hidden.narrow(1, 0, understandingColumns),
                attended.narrow(1, 0, understandingColumns)),
            finish(
                generation,
                hidden.narrow(1, understandingColumns, generationColumns),
                attended.narrow(1, understandingColumns, generationColumns))),
        1);
  }

  /**
   * The layer's output for the generation expert's columns, which is all that a last layer owes a
   * velocity; the other columns are only looked at.
   *
   * @param hidden {@code [B, L, H]}, with columns of both experts
   * @param pass with a bias that all columns share
   * @return {@code [B, L - understandingColumns, H]}
   */
  Tensor applyToGeneration(Tensor hidden, Pass pass) {
    long others = pass.understandingColumns();
    Tensor own = hidden.narrow(1, others, hidden.size(1) - others);
    Tensor attended =
        LocalScope.of(
            () -> {
              Tensor normed = understanding.inputNorm().apply(hidden.narrow(1, 0, others));
              Projections projections = project(generation, own);
              Projections joined =
                  new Projections(
                      projections.query(),
                      KeyValues.join(key(understanding, normed), projections.key()),
                      KeyValues.join(value(understanding, normed), projections.value()));
              return attend(joined, pass.rotary().from(others), pass);
            });
    return finish(generation, own, attended);
  }

  /** Attends with queries at the given positions and keys at those of the pass. */
  private Tensor attend(Projections projections, Rotary queries, Pass pass) {
    Tensor key = pass.rotary().rotate(projections.key());
    KeySink.Visible visible = pass.sink().extend(index, pass.past(), key, projections.value());
    return attention.apply(queries.rotate(projections.query()), visible, pass.bias());
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
    Tensor query = heads(expert.query().apply(normed), config.heads());
    return new Projections(
        expert.queryNorm().apply(query), key(expert, normed), value(expert, normed));
  }

  private Tensor key(Expert expert, Tensor normed) {
    return expert.keyNorm().apply(heads(expert.key().apply(normed), config.keyValueHeads()));
  }

  private Tensor value(Expert expert, Tensor normed) {
    return heads(expert.value().apply(normed), config.keyValueHeads());
  }

  private Tensor finish(Expert expert, Tensor hidden, Tensor attended) {
    return LocalScope.of(
        () -> {
          Tensor residual = expert.output().apply(attended);
          residual.add_(hidden);
          Tensor result = expert.down().apply(gated(expert, expert.postNorm().apply(residual)));
          result.add_(residual);
          return result;
        });
  }

  private static Tensor gated(Expert expert, Tensor normed) {
    Tensor gate = expert.gate().apply(normed);
    Tensor up = expert.up().apply(normed);
    if (GradMode.is_enabled()) {
      return torch.silu(gate).mul(up);
    }
    torch.silu_(gate);
    gate.mul_(up);
    return gate;
  }

  private Tensor heads(Tensor x, int heads) {
    long columns = x.size(1);
    // A single column, as in decoding, needs no transposition.
    return columns == 1
        ? x.reshape(x.size(0), heads, 1, config.headSize())
        : x.reshape(x.size(0), columns, heads, config.headSize()).transpose(1, 2);
  }
}
