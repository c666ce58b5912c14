package dev.tandem.frozen;

/** Vectors of length one. */
final class UnitVectors {
  private UnitVectors() {}

  /** Scales the vector in place to Euclidean length one; a zero vector stays as it is. */
  static float[] normalize(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (squares > 0) {
      double scale = 1 / Math.sqrt(squares);
      for (int i = 0; i < vector.length; i++) {
        vector[i] = (float) (vector[i] * scale);
      }
    }
    return vector;
  }
}
