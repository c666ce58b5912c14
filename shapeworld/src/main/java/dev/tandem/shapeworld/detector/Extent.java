package dev.tandem.shapeworld.detector;

/**
 * The pixels that a map covers to at least one half, as a box.
 *
 * @param left first column
 * @param top first row
 * @param right last column
 * @param bottom last row
 */
record Extent(int left, int top, int right, int bottom) {
  /** The extent of a square part of a map of coverages. */
  static Extent of(byte[] map, int stride) {
    int left = stride;
    int top = stride;
    int right = -1;
    int bottom = -1;
    for (int i = 0; i < map.length; i++) {
      if (map[i] > Coverage.FULL / 2) {
        left = Math.min(left, i % stride);
        right = Math.max(right, i % stride);
        top = Math.min(top, i / stride);
        bottom = i / stride;
      }
    }
    return new Extent(left, top, right, bottom);
  }

  Extent shift(int x, int y) {
    return new Extent(left + x, top + y, right + x, bottom + y);
  }

  /** By how many pixels the sides of two boxes differ at most. */
  int distance(Extent other) {
    return Math.max(
        Math.max(Math.abs(left - other.left), Math.abs(right - other.right)),
        Math.max(Math.abs(top - other.top), Math.abs(bottom - other.bottom)));
  }
}
