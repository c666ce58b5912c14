package dev.tandem.policy.bagel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Sequences of a batch laid out as columns: the understanding expert's tokens first, then the
 * latents, each row padded to the longest. The mask carries the order and the attention modes.
 *
 * @param ids {@code [B][U]} token ids; 0 where a patch or padding stands
 * @param sources {@code [B * U]} row of each column in the joined text rows and vision rows
 * @param positions {@code [B][U + G]}
 * @param mask {@code [B, 1, L, L]} as bytes, 1 where visible
 * @param textColumns for each row the column of every text token, in order of the pieces
 * @param nextPositions first position after each row
 * @param vitPlanes images for the vision tower, row by row, {@code [3, height, width]}
 * @param cleanPlanes images of each clean latent block, one a row
 * @param latentGrids grid of each latent block, clean and noisy in order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PackedBatch(
    int[][] ids,
    long[] sources,
    int[][] positions,
    byte[] mask,
    List<int[]> textColumns,
    int[] nextPositions,
    List<Tensor> vitPlanes,
    List<List<Tensor>> cleanPlanes,
    List<Grid> latentGrids) {

  int rows() {
    return ids.length;
  }

  int understandingColumns() {
    return ids[0].length;
  }

  int columns() {
    return positions[0].length;
  }

  Tensor maskTensor(Placement placement) {
    return placement.mask(mask, rows(), 1, columns(), columns());
  }

  /** Packs the pieces of every row; rows must agree in their latent blocks. */
  static PackedBatch of(BagelConfig config, SpecialTokens special, List<List<Piece>> rows) {
    List<RowLayout> layouts = new ArrayList<>();
    for (List<Piece> pieces : rows) {
      layouts.add(new RowLayout(config, special, pieces));
    }
    return new Collation(layouts).collate();
  }

  /** A token of a row before padding. */
  private record Slot(int id, int patch, int position, int order, int split, AttentionMode mode) {}

  /** One row: its slots by expert, in sequence order. */
  private static final class RowLayout {
    final List<Slot> understanding = new ArrayList<>();
    final List<Slot> generation = new ArrayList<>();
    final List<Integer> text = new ArrayList<>();
    final List<Tensor> vitPlanes = new ArrayList<>();
    final List<Tensor> cleanPlanes = new ArrayList<>();
    final List<Grid> latentGrids = new ArrayList<>();
    int position;
    private final BagelConfig config;
    private final SpecialTokens special;
    private int order;
    private int patches;

    RowLayout(BagelConfig config, SpecialTokens special, List<Piece> pieces) {
      this.config = config;
      this.special = special;
      for (int split = 0; split < pieces.size(); split++) {
        add(pieces.get(split), split);
      }
    }

    private void add(Piece piece, int split) {
      if (piece instanceof Piece.Tokens tokens) {
        for (int id : tokens.ids()) {
          text.add(understanding.size());
          understanding.add(new Slot(id, -1, position++, order++, split, AttentionMode.CAUSAL));
        }
      } else if (piece instanceof Piece.Vit vit) {
        vitPlanes.add(vit.planes());
        patches(grid(vit.planes(), config.vit().patchSize()), split);
        position++;
      } else if (piece instanceof Piece.Clean clean) {
        cleanPlanes.add(clean.planes());
        latents(grid(clean.planes(), config.latentStride()), split, AttentionMode.FULL);
        position++;
      } else if (piece instanceof Piece.Noisy noisy) {
        latents(noisy.grid(), split, AttentionMode.NOISE);
      }
    }

    private static Grid grid(Tensor planes, int stride) {
      return Grid.of((int) planes.size(2), (int) planes.size(1), stride);
    }

    private void patches(Grid grid, int split) {
      marker(special.visionStart(), split, AttentionMode.FULL);
      for (int i = 0; i < grid.tokens(); i++) {
        understanding.add(new Slot(0, patches++, position, order++, split, AttentionMode.FULL));
      }
      marker(special.visionEnd(), split, AttentionMode.FULL);
    }

    private void latents(Grid grid, int split, AttentionMode mode) {
      latentGrids.add(grid);
      marker(special.visionStart(), split, mode);
      for (int i = 0; i < grid.tokens(); i++) {
        generation.add(new Slot(0, -1, position, order++, split, mode));
      }
      marker(special.visionEnd(), split, mode);
    }

    private void marker(int id, int split, AttentionMode mode) {
      understanding.add(new Slot(id, -1, position, order++, split, mode));
    }
  }

  /** Pads rows to common columns. */
  private static final class Collation {
    private final List<RowLayout> rows;
    private final int understandingColumns;
    private final int columns;

    Collation(List<RowLayout> rows) {
      this.rows = rows;
      RowLayout first = rows.get(0);
      int longest = 0;
      for (RowLayout row : rows) {
        longest = Math.max(longest, row.understanding.size());
        if (!row.latentGrids.equals(first.latentGrids)
            || row.cleanPlanes.size() != first.cleanPlanes.size()) {
          throw new IllegalArgumentException(
              "Rows of a batch must agree in latent blocks: found %s and %s"
                  .formatted(first.latentGrids, row.latentGrids));
        }
      }
      this.understandingColumns = longest;
      this.columns = longest + first.generation.size();
    }

    PackedBatch collate() {
      int batch = rows.size();
      int[][] ids = new int[batch][understandingColumns];
      long[] sources = new long[batch * understandingColumns];
      int[][] positions = new int[batch][columns];
      byte[] mask = new byte[batch * columns * columns];
      int[] next = new int[batch];
      List<int[]> text = new ArrayList<>();
      List<Tensor> vit = new ArrayList<>();
      int firstPatch = batch * understandingColumns;
      for (int b = 0; b < batch; b++) {
        RowLayout row = rows.get(b);
        int patches = 0;
        for (int column = 0; column < understandingColumns; column++) {
          sources[b * understandingColumns + column] = (long) b * understandingColumns + column;
          if (column < row.understanding.size()) {
            Slot slot = row.understanding.get(column);
            ids[b][column] = slot.id();
            if (slot.patch() >= 0) {
              sources[b * understandingColumns + column] = (long) firstPatch + slot.patch();
              patches++;
            }
          }
        }
        firstPatch += patches;
        Slot[] slots = columnsOf(row);
        for (int column = 0; column < columns; column++) {
          Slot slot = slots[column];
          positions[b][column] = slot == null ? 0 : slot.position();
        }
        fillMask(slots, mask, b * columns * columns);
        next[b] = row.position;
        text.add(row.text.stream().mapToInt(Integer::intValue).toArray());
        vit.addAll(row.vitPlanes);
      }
      return new PackedBatch(
          ids, sources, positions, mask, text, next, vit, cleanBlocks(), rows.get(0).latentGrids);
    }

    private List<List<Tensor>> cleanBlocks() {
      List<List<Tensor>> blocks = new ArrayList<>();
      for (int block = 0; block < rows.get(0).cleanPlanes.size(); block++) {
        List<Tensor> planes = new ArrayList<>();
        for (RowLayout row : rows) {
          planes.add(row.cleanPlanes.get(block));
        }
        blocks.add(planes);
      }
      return blocks;
    }

    private @Nullable Slot[] columnsOf(RowLayout row) {
      @Nullable Slot[] slots = new Slot[columns];
      for (int i = 0; i < row.understanding.size(); i++) {
        slots[i] = row.understanding.get(i);
      }
      for (int i = 0; i < row.generation.size(); i++) {
        slots[understandingColumns + i] = row.generation.get(i);
      }
      return slots;
    }

    private void fillMask(@Nullable Slot[] slots, byte[] mask, int offset) {
      for (int q = 0; q < columns; q++) {
        Slot query = slots[q];
        // A padding query sees itself, so that its softmax is defined.
        mask[offset + q * columns + q] = 1;
        for (int k = 0; query != null && k < columns; k++) {
          Slot key = slots[k];
          if (key != null && visible(query, key)) {
            mask[offset + q * columns + k] = 1;
          }
        }
      }
    }

    private static boolean visible(Slot query, Slot key) {
      return AttentionMode.visible(
          key.split() == query.split(), key.mode(), key.order() <= query.order());
    }
  }
}
