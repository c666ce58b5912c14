package dev.tandem.pairs;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products by the Vector API, where the virtual machine was started with {@code
 * --add-modules=jdk.incubator.vector}. Four rows by two vectors of columns are summed at a time, in
 * registers.
 */
record VectorKernel() implements ProductKernel {
  private static final int ROWS = 4;

  static boolean runs() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  @Override
  public Operand operand(float[] matrix, int dimension) {
    return new Panels(matrix, dimension);
  }

  /**
   * The matrix in panels {@code [D, PANEL]} of neighbouring rows, the last one filled up by zeros.
   */
  private static final class Panels implements Operand {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = SPECIES.length();
    private static final int PANEL = 2 * LANES;

    private final float[] panels;
    private final int dimension;
    private final float[] sums = new float[ROWS * PANEL];
    private float[] left = {};
    private int[] rows = {};

    Panels(float[] matrix, int dimension) {
      this.dimension = dimension;
      int count = matrix.length / dimension;
      int filled = Math.multiplyExact((count + PANEL - 1) / PANEL * PANEL, dimension);
      this.panels = new float[filled];
      for (int row = 0; row < count; row++) {
        int first = row / PANEL * PANEL * dimension + row % PANEL;
        for (int d = 0; d < dimension; d++) {
          panels[first + d * PANEL] = matrix[row * dimension + d];
        }
      }
    }

    @Override
    public void take(float[] values, int[] places) {
      left = values;
      rows = places;
    }

    @Override
    public void multiply(int from, int width, float[] product) {
      int end = from + width;
      for (int panel = from / PANEL * PANEL; panel < end; panel += PANEL) {
        int first = Math.max(from, panel);
        int columns = Math.min(end, panel + PANEL) - first;
        for (int row = 0; row < rows.length; row += ROWS) {
          sum(row, panel * dimension);
          for (int i = 0; i < Math.min(ROWS, rows.length - row); i++) {
            int to = (row + i) * width + first - from;
            System.arraycopy(sums, i * PANEL + first - panel, product, to, columns);
          }
        }
      }
    }

    /** Where a row taken starts; those after the last are the last again. */
    private int start(int row) {
      return rows[Math.min(row, rows.length - 1)] * dimension;
    }

    private void sum(int row, int panel) {
      float[] a = left;
      float[] b = panels;
      int row0 = start(row);
      int row1 = start(row + 1);
      int row2 = start(row + 2);
      int row3 = start(row + 3);
      FloatVector sum00 = FloatVector.zero(SPECIES);
      FloatVector sum01 = sum00;
      FloatVector sum10 = sum00;
      FloatVector sum11 = sum00;
      FloatVector sum20 = sum00;
      FloatVector sum21 = sum00;
      FloatVector sum30 = sum00;
      FloatVector sum31 = sum00;
      for (int d = 0; d < dimension; d++) {
        FloatVector b0 = FloatVector.fromArray(SPECIES, b, panel + d * PANEL);
        FloatVector b1 = FloatVector.fromArray(SPECIES, b, panel + d * PANEL + LANES);
        FloatVector a0 = FloatVector.broadcast(SPECIES, a[row0 + d]);
        FloatVector a1 = FloatVector.broadcast(SPECIES, a[row1 + d]);
        FloatVector a2 = FloatVector.broadcast(SPECIES, a[row2 + d]);
        FloatVector a3 = FloatVector.broadcast(SPECIES, a[row3 + d]);
        sum00 = a0.fma(b0, sum00);
        sum01 = a0.fma(b1, sum01);
        sum10 = a1.fma(b0, sum10);
        sum11 = a1.fma(b1, sum11);
        sum20 = a2.fma(b0, sum20);
        sum21 = a2.fma(b1, sum21);
        sum30 = a3.fma(b0, sum30);
        sum31 = a3.fma(b1, sum31);
      }
      sum00.intoArray(sums, 0);
      sum01.intoArray(sums, LANES);
      sum10.intoArray(sums, PANEL);
      sum11.intoArray(sums, PANEL + LANES);
      sum20.intoArray(sums, 2 * PANEL);
      sum21.intoArray(sums, 2 * PANEL + LANES);
      sum30.intoArray(sums, 3 * PANEL);
      sum31.intoArray(sums, 3 * PANEL + LANES);
    }

    @Override
    public void close() {}
  }
}
