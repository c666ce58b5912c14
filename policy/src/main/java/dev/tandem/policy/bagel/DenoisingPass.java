package dev.tandem.policy.bagel;

import java.util.Arrays;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;

/**
 * One evaluation of the velocity for a batch of noisy latents after a memory: the marker tokens go
 * through the understanding expert, the latents through the generation expert, nothing is kept.
 */
final class DenoisingPass {
  private static final int MARKERS = 2;

  private final BagelModel model;
  private final Grid grid;
  private final Tensor markers;
  private final Rotary rotary;
  private final Tensor mask;
  private final KeyValues memory;
  private final KeySink sink;

  /**
   * What the latents of a batch see.
   *
   * @param keys {@code columns} columns, expanded to the batch
   * @param prefixColumns columns that every row sees
   * @param lengths columns after the prefix that each row sees
   * @param nextPosition position of the first column after the prefix
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Memory(KeyValues keys, int columns, int prefixColumns, int[] lengths, int nextPosition) {

    /** A prefix without texts, seen by {@code rows} rows. */
    static Memory of(Prefix prefix, int rows) {
      return new Memory(
          prefix.memory().expand(rows),
          prefix.columns(),
          prefix.columns(),
          new int[rows],
          prefix.nextPosition());
    }

    /** A prefix and the texts that were read after it. */
    static Memory of(Prefix prefix, TaughtTexts texts, TextReader.Reading reading) {
      return new Memory(
          reading.memory(),
          prefix.columns() + texts.columns(),
          prefix.columns(),
          texts.lengths(),
          prefix.nextPosition());
    }
  }

  DenoisingPass(BagelModel model, SpecialTokens special, Grid grid, Memory memory) {
    this.model = model;
    this.grid = grid;
    int rows = memory.lengths().length;
    int columns = memory.columns();
    int block = columns(grid);
    // Where nothing is differentiated, all steps write into the same place behind the memory.
    boolean inPlace = columns > 0 && !GradMode.is_enabled();
    this.memory = inPlace ? memory.keys().reserve(rows, columns + block) : memory.keys();
    this.sink = inPlace ? KeySink.inPlace(columns) : KeySink.forget();
    int[][] ids = new int[rows][];
    int[][] positions = new int[rows][block];
    byte[] visible = new byte[rows * (columns + block)];
    for (int row = 0; row < rows; row++) {
      int seen = memory.lengths()[row];
      ids[row] = new int[] {special.visionStart(), special.visionEnd()};
      Arrays.fill(positions[row], memory.nextPosition() + seen);
      int offset = row * (columns + block);
      Arrays.fill(visible, offset, offset + memory.prefixColumns() + seen, (byte) 1);
      Arrays.fill(visible, offset + columns, offset + columns + block, (byte) 1);
    }
    this.markers = model.shared(model.textRows(ids));
    this.rotary = model.rotary(positions);
    this.mask = model.placement().mask(visible, rows, 1, 1, columns + block);
  }

  /** Columns of one image in a pass. */
  static int columns(Grid grid) {
    return MARKERS + grid.tokens();
  }

  /** Velocities {@code [B, N, C]} at flow time {@code t}. */
  Tensor velocity(Tensor latents, double t) {
    Tensor rows = model.latentRows(latents, grid, t);
    return model.velocity(model.denoise(markers, rows, rotary, mask, memory, sink));
  }
}
