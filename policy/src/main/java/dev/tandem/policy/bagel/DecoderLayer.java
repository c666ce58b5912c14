package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A layer of the mixture of transformers: each token goes through the projections of its own
 * expert, attention is joint.
 */
final class DecoderLayer {
  /** Axis of the columns in queries, keys and values. */
  private static final int COLUMNS = 2;

  private final Expert understanding;
  private final Expert generation;
  private final GroupedAttention attention;
  private final int index;

  DecoderLayer(Weights weights, BagelConfig.Llm config, int index) {
    String prefix = "language_model.model.layers." + index + ".";
    this.understanding = Expert.of(weights, prefix, "", config);
    this.generation = Expert.of(weights, prefix, "_moe_gen", config);
    this.attention = new GroupedAttention(config);
    this.index = index;
  }

  /**
   * What the layers of a pass share.
   *
   * @param bias what is added to the attention scores; null where all is visible
   * @param past keys and values already read, possibly none
   * @param sink where the keys and values including the pass's own go
   */
  record Pass(Rotary rotary, @Nullable TensorOptional bias, KeyValues past, KeySink sink) {}

  /** The layer's output for all columns. */
  Streams apply(Streams hidden, Pass pass) {
    Tensor attended =
        LocalScope.of(
            () -> {
              Streams normed = normed(hidden);
              return attend(normed, pass.rotary(), normed, pass);
            });
    return finish(hidden, Streams.split(attended, hidden.understandingColumns()));
  }

  /**
   * The layer's output for the generation expert's columns alone, which is all that a last layer
   * owes a velocity: the others are only looked at.
   *
   * @param pass with a bias that all columns share
   */
  Streams applyToGeneration(Streams hidden, Pass pass) {
    Tensor attended =
        LocalScope.of(
            () -> {
              Streams normed = normed(hidden);
              Rotary rotary = pass.rotary().from(hidden.understandingColumns());
              return attend(normed.ofGeneration(), rotary, normed, pass);
            });
    return finish(hidden.ofGeneration(), new Streams(null, attended));
  }

  private Streams normed(Streams hidden) {
    return hidden.map(understanding.inputNorm()::apply, generation.inputNorm()::apply);
  }

  /** What {@code looking} columns, at the positions of {@code rotary}, see of all columns. */
  private Tensor attend(Streams looking, Rotary rotary, Streams all, Pass pass) {
    Tensor queries = looking.map(understanding::queries, generation::queries).joined(COLUMNS);
    Tensor keys = all.map(understanding::keys, generation::keys).joined(COLUMNS);
    Tensor values = all.map(understanding::values, generation::values).joined(COLUMNS);
    KeySink.Visible visible =
        pass.sink().extend(index, pass.past(), pass.rotary().rotate(keys), values);
    return attention.apply(rotary.rotate(queries), visible, pass.bias());
  }

  private Streams finish(Streams hidden, Streams attended) {
    return hidden.combine(attended, understanding::finish, generation::finish);
  }

  /** The parameters of one expert. */
  private record Expert(
      int headSize,
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

    static Expert of(Weights weights, String prefix, String suffix, BagelConfig.Llm config) {
      String attention = prefix + "self_attn.";
      String mlp = prefix + "mlp" + suffix + ".";
      double eps = config.rmsNormEps();
      return new Expert(
          config.headSize(),
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

    Tensor queries(Tensor normed) {
      return queryNorm.apply(heads(query.apply(normed)));
    }

    Tensor keys(Tensor normed) {
      return keyNorm.apply(heads(key.apply(normed)));
    }

    Tensor values(Tensor normed) {
      return heads(value.apply(normed));
    }

    /** {@code [B, heads, L, headSize]} of {@code [B, L, heads * headSize]}. */
    private Tensor heads(Tensor x) {
      long columns = x.size(1);
      long heads = x.size(2) / headSize;
      // A single column, as in decoding, needs no transposition.
      return columns == 1
          ? x.reshape(x.size(0), heads, 1, headSize)
          : x.reshape(x.size(0), columns, heads, headSize).transpose(1, 2);
    }

    /** The residual stream after attention, {@code [B, L, ...]}, and the feed-forward block. */
    Tensor finish(Tensor hidden, Tensor attended) {
      return LocalScope.of(
          () -> {
            Tensor residual = output.apply(attended.flatten(2, -1));
            residual.add_(hidden);
            Tensor result = down.apply(gated(postNorm.apply(residual)));
            result.add_(residual);
            return result;
          });
    }

    private Tensor gated(Tensor normed) {
      Tensor gates = gate.apply(normed);
      Tensor values = up.apply(normed);
      if (GradMode.is_enabled()) {
        return torch.silu(gates).mul(values);
      }
      torch.silu_(gates);
      gates.mul_(values);
      return gates;
    }
  }
}
