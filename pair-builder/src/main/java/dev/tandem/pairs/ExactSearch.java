package dev.tandem.pairs;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Compares some blocks of generation samples with a stream of blocks of understanding samples by
 * products of blocks. What it holds are the former's rows, a few blocks of the latter, and the best
 * edges so far.
 */
final class ExactSearch {
  private static final int TILE = 512;

  /**
   * Understanding samples from which on they are compared: taking up the others then costs little.
   */
  private static final int COLUMNS = 4096;

  /** The rows of a block that take part, and what contends for them. */
  private record Looking(VectorBlock block, int[] rows, Contenders contenders) {}

  private final List<Looking> looking;
  private final BitSet understanding;
  private final ProductKernel kernel;
  private final List<VectorBlock> waiting = new ArrayList<>();
  private int waitingRows;
  private float[] products = {};

  /** The bit sets name the samples that take part. */
  ExactSearch(
      Retrieval retrieval,
      List<VectorBlock> generationBlocks,
      BitSet generation,
      BitSet understanding,
      ProductKernel kernel) {
    this.looking =
        generationBlocks.stream()
            .map(
                block -> {
                  int[] rows = block.places(generation::get);
                  return new Looking(block, rows, retrieval.contenders(block, rows));
                })
            .toList();
    this.understanding = understanding;
    this.kernel = kernel;
  }

  /** The best edges to the samples of the blocks compared with. */
  Edges edges() {
    compareWaiting();
    Edges edges = new Edges();
    for (Looking rows : looking) {
      int[] indexes = IntStream.of(rows.rows()).map(row -> rows.block().indexes()[row]).toArray();
      rows.contenders().addTo(edges, indexes);
    }
    return edges;
  }

  /** Takes in the understanding samples of a block. */
  void compare(VectorBlock block) {
    VectorBlock columns = block.select(understanding::get);
    waiting.add(columns);
    waitingRows += columns.rows();
    if (waitingRows >= COLUMNS) {
      compareWaiting();
    }
  }

  private void compareWaiting() {
    if (waitingRows > 0) {
      VectorBlock columns = VectorBlock.joined(waiting);
      waiting.clear();
      waitingRows = 0;
      try (ProductKernel.Operand operand = kernel.operand(columns.values(), columns.dimension())) {
        looking.forEach(rows -> compare(rows, columns, operand));
      }
    }
  }

  private void compare(Looking rows, VectorBlock columns, ProductKernel.Operand operand) {
    VectorBlock block = rows.block();
    int size = rows.rows().length * TILE;
    products = products.length < size ? new float[size] : products;
    operand.take(block.values(), rows.rows());
    float[] handicaps = new float[columns.rows()];
    for (int from = 0; from < handicaps.length; from += TILE) {
      int width = Math.min(TILE, handicaps.length - from);
      operand.multiply(from, width, products);
      rows.contenders().scan(products, width, handicaps, from);
    }
    rows.contenders()
        .settle(
            (row, column) -> Retrieval.similarity(block, rows.rows()[row], columns, column),
            columns.indexes());
  }
}
