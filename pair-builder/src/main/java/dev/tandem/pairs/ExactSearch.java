package dev.tandem.pairs;

import java.util.BitSet;
import java.util.List;

/**
 * Compares some blocks of generation samples with a stream of blocks of understanding samples by
 * products of blocks. What it holds are the former's rows, one of the latter, and the best edges so
 * far.
 */
final class ExactSearch {
  private static final int TILE = 512;

  private final List<VectorBlock> generation;
  private final List<Contenders> contenders;
  private final BitSet understanding;
  private final ProductKernel kernel;
  private float[] products = {};

  /** The bit sets name the samples that take part. */
  ExactSearch(
      Retrieval retrieval,
      List<VectorBlock> generationBlocks,
      BitSet generation,
      BitSet understanding,
      ProductKernel kernel) {
    this.generation = generationBlocks;
    this.contenders =
        generationBlocks.stream().map(block -> retrieval.contenders(block, generation)).toList();
    this.understanding = understanding;
    this.kernel = kernel;
  }

  /** The best edges to the samples of the blocks compared with so far. */
  Edges edges() {
    Edges edges = new Edges();
    for (int block = 0; block < generation.size(); block++) {
      contenders.get(block).addTo(edges, generation.get(block).indexes());
    }
    return edges;
  }

  /** Takes in the understanding samples of a block. */
  void compare(VectorBlock columns) {
    float[] handicaps = new float[columns.rows()];
    for (int column = 0; column < handicaps.length; column++) {
      handicaps[column] =
          understanding.get(columns.indexes()[column]) ? 0 : Float.POSITIVE_INFINITY;
    }
    try (ProductKernel.Operand operand = kernel.operand(columns.values(), columns.dimension())) {
      for (int block = 0; block < generation.size(); block++) {
        VectorBlock rows = generation.get(block);
        Contenders found = contenders.get(block);
        scan(rows, operand, handicaps, found);
        found.settle(
            (row, column) -> Retrieval.similarity(rows, row, columns, column), columns.indexes());
      }
    }
  }

  private void scan(
      VectorBlock rows, ProductKernel.Operand operand, float[] handicaps, Contenders found) {
    products = products.length < rows.rows() * TILE ? new float[rows.rows() * TILE] : products;
    for (int from = 0; from < handicaps.length; from += TILE) {
      int width = Math.min(TILE, handicaps.length - from);
      operand.multiply(rows.values(), rows.rows(), from, width, products);
      found.scan(products, width, handicaps, from);
    }
  }
}
