package dev.tandem.policy.bagel;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The sampled texts of a group as one padded batch for teacher forcing: the start token, the
 * sampled tokens, and the end token where another token or the length limit ended the text.
 *
 * @param inputs {@code [B][columns]}
 * @param lengths columns of each row
 * @param sampled sampled tokens of each row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TaughtTexts(int[][] inputs, int[] lengths, int[] sampled) {

  /**
   * Frames sampled texts.
   *
   * @param texts sampled token ids of each row, the end token included where it was sampled
   */
  static TaughtTexts of(List<int[]> texts, SpecialTokens special) {
    int rows = texts.size();
    int[] lengths = new int[rows];
    int[] sampled = new int[rows];
    int longest = 0;
    for (int row = 0; row < rows; row++) {
      int[] tokens = texts.get(row);
      boolean ended = tokens.length > 0 && tokens[tokens.length - 1] == special.textEnd();
      sampled[row] = tokens.length;
      lengths[row] = 1 + tokens.length + (ended ? 0 : 1);
      longest = Math.max(longest, lengths[row]);
    }
    int[][] inputs = new int[rows][longest];
    for (int row = 0; row < rows; row++) {
      int[] tokens = texts.get(row);
      inputs[row][0] = special.textStart();
      System.arraycopy(tokens, 0, inputs[row], 1, tokens.length);
      for (int column = 1 + tokens.length; column < longest; column++) {
        inputs[row][column] = special.textEnd();
      }
    }
    return new TaughtTexts(inputs, lengths, sampled);
  }

  int rows() {
    return inputs.length;
  }

  int columns() {
    return inputs[0].length;
  }

  /** Longest sampled text; at least one column, so that shapes stay regular. */
  int targetColumns() {
    int longest = 1;
    for (int count : sampled) {
      longest = Math.max(longest, count);
    }
    return longest;
  }

  /** The token after each column, {@code [B, T]}. */
  Tensor targets(Placement placement) {
    int columns = targetColumns();
    long[] targets = new long[rows() * columns];
    for (int row = 0; row < rows(); row++) {
      for (int column = 0; column < sampled[row]; column++) {
        targets[row * columns + column] = inputs[row][column + 1];
      }
    }
    return placement.indexes(targets, rows(), columns);
  }

  /** 1 for sampled tokens, 0 for padding, {@code [B, T]}. */
  Tensor mask(Placement placement) {
    int columns = targetColumns();
    float[] mask = new float[rows() * columns];
    for (int row = 0; row < rows(); row++) {
      for (int column = 0; column < sampled[row]; column++) {
        mask[row * columns + column] = 1;
      }
    }
    return placement.numbers(mask, rows(), columns);
  }

  /** Every column sees the prefix and the text up to itself; padding stands last in its row. */
  Tensor causalMask(int prefixColumns, Placement placement) {
    int columns = columns();
    byte[] mask = new byte[columns * (prefixColumns + columns)];
    for (int query = 0; query < columns; query++) {
      int offset = query * (prefixColumns + columns);
      Arrays.fill(mask, offset, offset + prefixColumns + query + 1, (byte) 1);
    }
    return placement.mask(mask, 1, 1, columns, prefixColumns + columns);
  }
}
