package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.Tensor;

/** Reads the texts of a group after a shared prefix, all tokens at once. */
final class TextReader {
  private final BagelModel model;

  TextReader(BagelModel model) {
    this.model = model;
  }

  /**
   * What reading gives.
   *
   * @param hidden {@code [B, columns, H]}
   * @param memory keys and values of prefix and texts
   */
  record Reading(Tensor hidden, KeyValues memory) {}

  Reading read(Prefix prefix, TaughtTexts texts) {
    int[][] positions = new int[1][texts.columns()];
    for (int column = 0; column < texts.columns(); column++) {
      positions[0][column] = prefix.nextPosition() + column;
    }
    KeyValues memory = KeyValues.empty(model.config().llm().layers());
    Tensor hidden =
        model.decode(
            PassCounter.Kind.TEXT_REPLAY,
            model.textRows(texts.inputs()),
            texts.columns(),
            model.rotary(positions),
            texts.causalMask(prefix.columns(), model.placement()),
            prefix.memory().expand(texts.rows()),
            KeySink.collect(memory));
    return new Reading(hidden, memory);
  }
}
