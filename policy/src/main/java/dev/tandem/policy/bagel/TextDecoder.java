package dev.tandem.policy.bagel;

import dev.tandem.policy.FinishReason;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Samples the texts of a group, one column at a time, over a memory reserved once. */
final class TextDecoder {
  private final BagelModel model;
  private final ContextEncoder encoder;

  TextDecoder(BagelModel model, ContextEncoder encoder) {
    this.model = model;
    this.encoder = encoder;
  }

  TextRollout decode(BagelContext context, TextSampling sampling, List<RandomKey> keys) {
    if (context.rows() != 1) {
      throw new IllegalArgumentException(
          "Text is generated after a shared context: found %d rows".formatted(context.rows()));
    }
    KeyValues memory;
    try (PointerScope scope = new PointerScope()) {
      memory =
          context
              .memory()
              .reserve(keys.size(), context.columns() + sampling.maxTokens() + 1)
              .retain();
    }
    TokenSampler sampler = new TokenSampler(sampling, model.config().llm().vocabSize());
    Decoding decoding = new Decoding(sampling, sampler, keys, encoder.special().textEnd());
    int[] column = new int[keys.size()];
    Arrays.fill(column, encoder.special().textStart());
    int written = 0;
    while (true) {
      float[] logits = write(memory, context, written++, column);
      column = decoding.next(logits);
      if (decoding.finished(column)) {
        break;
      }
    }
    BagelContext extended =
        new BagelContext(
            context.segments(),
            keys.size(),
            memory,
            context.columns() + written,
            context.columns(),
            decoding.lengths(),
            context.nextPosition(),
            new BagelContext.Generated(
                TaughtTexts.of(decoding.tokens(), encoder.special()), column));
    return new TextRollout(decoding.samples(encoder), extended);
  }

  /** Writes a column behind those already written and returns its logits {@code [B, V]}. */
  private float[] write(KeyValues memory, BagelContext context, int written, int[] column) {
    try (PointerScope scope = new PointerScope()) {
      Tensor hidden = writeColumn(model, memory, context, written, column);
      return Tensors.floats(model.logits(hidden));
    }
  }

  /** Writes a column of text in place; returns its hidden rows {@code [B, 1, H]}. */
  static Tensor writeColumn(
      BagelModel model, KeyValues memory, BagelContext context, int written, int[] column) {
    int[][] ids = new int[column.length][1];
    for (int row = 0; row < column.length; row++) {
      ids[row][0] = column[row];
    }
    // Columns of rows that ended are seen by nobody else, so no mask is needed here.
    return model.decode(
        PassCounter.Kind.TEXT_STEP,
        model.textRows(ids),
        1,
        model.rotary(new int[][] {{context.nextPosition() + written}}),
        null,
        memory,
        KeySink.inPlace(context.prefixColumns() + written));
  }

  /** The texts of a group while they grow. */
  private static final class Decoding {
    private final TextSampling sampling;
    private final TokenSampler sampler;
    private final int end;
    private final List<CounterRandom> randoms = new ArrayList<>();
    private final int[][] tokens;
    private final float[][] logProbs;
    private final int[] counts;
    private final boolean[] ended;
    private int step;

    Decoding(TextSampling sampling, TokenSampler sampler, List<RandomKey> keys, int end) {
      this.sampling = sampling;
      this.sampler = sampler;
      this.end = end;
      for (RandomKey key : keys) {
        randoms.add(key.with("text").random());
      }
      this.tokens = new int[keys.size()][sampling.maxTokens()];
      this.logProbs = new float[keys.size()][sampling.maxTokens()];
      this.counts = new int[keys.size()];
      this.ended = new boolean[keys.size()];
    }

    /** Samples the next column; at the length limit the end token is forced. */
    int[] next(float[] logits) {
      int vocabulary = logits.length / tokens.length;
      int[] column = new int[tokens.length];
      Arrays.fill(column, end);
      boolean forced = step == sampling.maxTokens() - 1;
      for (int row = 0; row < tokens.length; row++) {
        if (ended[row] || forced) {
          continue;
        }
        TokenSampler.Pick pick = sampler.pick(logits, row * vocabulary, randoms.get(row));
        tokens[row][counts[row]] = pick.token();
        logProbs[row][counts[row]] = pick.logProb();
        counts[row]++;
        ended[row] = pick.token() == end || sampling.stopTokens().contains(pick.token());
        column[row] = pick.token();
      }
      step++;
      return column;
    }

    /** Whether the end token closes every row; it also follows a stop token. */
    boolean finished(int[] column) {
      return Arrays.stream(column).allMatch(token -> token == end);
    }

    /** Columns of each row: the start token, the sampled tokens and an end token if forced. */
    int[] lengths() {
      int[] lengths = new int[counts.length];
      for (int row = 0; row < lengths.length; row++) {
        boolean closed = counts[row] > 0 && tokens[row][counts[row] - 1] == end;
        lengths[row] = 1 + counts[row] + (closed ? 0 : 1);
      }
      return lengths;
    }

    /** The sampled tokens of each row. */
    List<int[]> tokens() {
      List<int[]> texts = new ArrayList<>();
      for (int row = 0; row < tokens.length; row++) {
        texts.add(Arrays.copyOf(tokens[row], counts[row]));
      }
      return texts;
    }

    List<TextSample> samples(ContextEncoder encoder) {
      List<TextSample> samples = new ArrayList<>();
      for (int row = 0; row < tokens.length; row++) {
        int[] ids = Arrays.copyOf(tokens[row], counts[row]);
        samples.add(
            new TextSample(
                ids,
                Arrays.copyOf(logProbs[row], counts[row]),
                encoder.tokenizer().decode(ids),
                ended[row] ? FinishReason.STOP : FinishReason.LENGTH));
      }
      return samples;
    }
  }
}
