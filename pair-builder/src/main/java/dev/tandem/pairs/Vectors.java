package dev.tandem.pairs;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/** Vectors as the tables hold them: little-endian float32. */
final class Vectors {
  private Vectors() {}

  static byte[] toBytes(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  static FloatBuffer asFloats(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /** The inner product of two rows, in double precision; its bits depend on their values only. */
  static double dot(float[] a, int fromA, float[] b, int fromB, int dimension) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int d = 0;
    for (; d + 3 < dimension; d += 4) {
      first += (double) a[fromA + d] * b[fromB + d];
      second += (double) a[fromA + d + 1] * b[fromB + d + 1];
      third += (double) a[fromA + d + 2] * b[fromB + d + 2];
      fourth += (double) a[fromA + d + 3] * b[fromB + d + 3];
    }
    for (; d < dimension; d++) {
      first += (double) a[fromA + d] * b[fromB + d];
    }
    return first + second + (third + fourth);
  }

  /** The inner product of a row with a centre, likewise. */
  static double dot(float[] a, int fromA, double[] b, int fromB, int dimension) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int d = 0;
    for (; d + 3 < dimension; d += 4) {
      first += a[fromA + d] * b[fromB + d];
      second += a[fromA + d + 1] * b[fromB + d + 1];
      third += a[fromA + d + 2] * b[fromB + d + 2];
      fourth += a[fromA + d + 3] * b[fromB + d + 3];
    }
    for (; d < dimension; d++) {
      first += a[fromA + d] * b[fromB + d];
    }
    return first + second + (third + fourth);
  }

  /** The inner product of two centres, likewise. */
  static double dot(double[] a, int fromA, double[] b, int fromB, int dimension) {
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int d = 0;
    for (; d + 3 < dimension; d += 4) {
      first += a[fromA + d] * b[fromB + d];
      second += a[fromA + d + 1] * b[fromB + d + 1];
      third += a[fromA + d + 2] * b[fromB + d + 2];
      fourth += a[fromA + d + 3] * b[fromB + d + 3];
    }
    for (; d < dimension; d++) {
      first += a[fromA + d] * b[fromB + d];
    }
    return first + second + (third + fourth);
  }

  static float[] toFloats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  static double[] toDoubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /** The squared length of each row of {@code [N, D]}. */
  static double[] squaredLengths(float[] rows, int dimension) {
    double[] squares = new double[rows.length / dimension];
    for (int row = 0; row < squares.length; row++) {
      squares[row] = dot(rows, row * dimension, rows, row * dimension, dimension);
    }
    return squares;
  }

  static boolean isFinite(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }
}
