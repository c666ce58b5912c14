package dev.tandem.policy.safetensors;

/** Decodes the two 16-bit floating-point formats, which Java 17 does not know. */
final class HalfPrecision {
  private static final int FLOAT16_FRACTION_BITS = 10;
  private static final int FLOAT16_FRACTION_MASK = 0x3FF;
  private static final int FLOAT16_EXPONENT_MASK = 0x1F;
  private static final int FLOAT16_BIAS = 15;

  private HalfPrecision() {}

  /** IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits; subnormals, infinities and NaN. */
  static float float16(short bits) {
    int fraction = bits & FLOAT16_FRACTION_MASK;
    int exponent = bits >>> FLOAT16_FRACTION_BITS & FLOAT16_EXPONENT_MASK;
    float sign = bits < 0 ? -1f : 1f;
    if (exponent == FLOAT16_EXPONENT_MASK) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    if (exponent == 0) {
      return sign * Math.scalb((float) fraction, 1 - FLOAT16_BIAS - FLOAT16_FRACTION_BITS);
    }
    int significand = fraction | 1 << FLOAT16_FRACTION_BITS;
    return sign * Math.scalb((float) significand, exponent - FLOAT16_BIAS - FLOAT16_FRACTION_BITS);
  }

  /** bfloat16: the upper half of a float32. */
  static float bfloat16(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }
}
