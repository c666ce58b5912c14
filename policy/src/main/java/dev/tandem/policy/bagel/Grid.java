package dev.tandem.policy.bagel;

/** Rows and columns of an image's tokens, numbered row by row. */
record Grid(int rows, int columns) {

  /** The tokens of an image of the given size when a token covers {@code stride} pixels a side. */
  static Grid of(int width, int height, int stride) {
    return new Grid(height / stride, width / stride);
  }

  int tokens() {
    return rows * columns;
  }

  /**
   * Rows of the tokens in a position table with {@code perSide} places a side: the image lies in
   * the table's upper left corner, as BAGEL extrapolates.
   */
  long[] positions(int perSide) {
    if (rows > perSide || columns > perSide) {
      throw new IllegalArgumentException(
          "An image of %d x %d tokens does not fit a position table of %d x %d"
              .formatted(columns, rows, perSide, perSide));
    }
    long[] positions = new long[tokens()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = (long) (i / columns) * perSide + i % columns;
    }
    return positions;
  }

  /**
   * Rows of the tokens when the whole table is spread over the image, as BAGEL interpolates: each
   * token takes the place at its share of the side.
   */
  long[] interpolatedPositions(int perSide) {
    long[] positions = new long[tokens()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] =
          place(i / columns, rows, perSide) * perSide + place(i % columns, columns, perSide);
    }
    return positions;
  }

  /** The last of the {@code perSide} equal parts of [0, 1] that begins at or before the token. */
  private static long place(int index, int count, int perSide) {
    double share = (double) index / count;
    long place = 0;
    while (place + 1 < perSide && (double) (place + 1) / perSide <= share) {
      place++;
    }
    return place;
  }
}
