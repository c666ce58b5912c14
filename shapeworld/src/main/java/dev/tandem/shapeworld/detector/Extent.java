package dev.tandem.shapeworld.detector;

/**
 * The pixels that a map covers to a certain degree, as a box.
 *
 * @param left first column
 * @param top first row
 * @param right last column
 * @param bottom last row
 */
record Extent(int left, int top, int right, int bottom) {
  /** Of no pixel. */
  static final Extent NONE = new Extent(Integer.MAX_VALUE, Integer.MAX_VALUE, -1, -1);

  /**
   * The extent of what a map covers.
   *
   * @param stride columns of the map
   * @param least degree that a pixel's coverage exceeds
   */
  static Extent of(byte[] map, int stride, int least) {
    int left = stride;
    int top = stride;
    int right = -1;
    int bottom = -1;
    for (int row = 0; row * stride < map.length; row++) {
      for (int column = 0; column < stride; column++) {
        if (map[row * stride + column] > least) {
          left = Math.min(left, column);
          right = Math.max(right, column);
          top = Math.min(top, row);
          bottom = row;
        }
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
