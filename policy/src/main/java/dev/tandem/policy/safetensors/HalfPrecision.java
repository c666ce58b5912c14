package dev.tandem.policy.safetensors;

/**
 * Converts the two 16-bit floating-point formats, which Java 17 does not know. Every value of
 * either format survives the way to float32 and back bit by bit, NaNs included.
 */
final class HalfPrecision {
  private static final int SIGN = 0x8000;
  private static final int MAGNITUDE = 0x7FFF;

  /** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
  private static final int FLOAT16_INFINITY = 0x7C00;

  private static final int FLOAT16_FRACTION = 0x3FF;
  private static final int FLOAT16_SMALLEST_NORMAL = 0x400;
  private static final int FLOAT16_QUIET_NAN = 0x200;
  private static final float FLOAT16_SMALLEST = 0x1p-24f;

  /** Fraction bits that float32 has and float16 has not. */
  private static final int FRACTION_SHIFT = 13;

  /** The difference of the two exponent biases, at its place in a float32. */
  private static final int REBIAS = 127 - 15 << 23;

  private static final int FLOAT32_INFINITY = 0x7F800000;
  private static final int FLOAT32_MAGNITUDE = 0x7FFFFFFF;

  /** Bits of 2^-14, the smallest normal float16. */
  private static final int FLOAT32_SMALLEST_NORMAL_16 = 0x38800000;

  /** Bits of 65520, half-way from the largest float16 to 2^16: from here on rounding overflows. */
  private static final int FLOAT32_OVERFLOW_16 = 0x477FF000;

  private static final int BFLOAT16_FRACTION = 0x7F;
  private static final int BFLOAT16_QUIET_NAN = 0x40;

  private HalfPrecision() {}

  /** The value of an IEEE 754 binary16 number. */
  static float float16(short bits) {
    int sign = (bits & SIGN) << Short.SIZE;
    int magnitude = bits & MAGNITUDE;
    if (magnitude >= FLOAT16_INFINITY) {
      int fraction = (magnitude & FLOAT16_FRACTION) << FRACTION_SHIFT;
      return Float.intBitsToFloat(sign | FLOAT32_INFINITY | fraction);
    }
    if (magnitude < FLOAT16_SMALLEST_NORMAL) {
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude * FLOAT16_SMALLEST));
    }
    return Float.intBitsToFloat(sign | (magnitude << FRACTION_SHIFT) + REBIAS);
  }

  /** The nearest binary16 number, ties to even; beyond the largest one, infinity. */
  static short toFloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int magnitude = bits & FLOAT32_MAGNITUDE;
    return (short) (bits >>> Short.SIZE & SIGN | float16Magnitude(magnitude));
  }

  private static int float16Magnitude(int magnitude) {
    if (magnitude > FLOAT32_INFINITY) {
      int fraction = magnitude >>> FRACTION_SHIFT & FLOAT16_FRACTION;
      return FLOAT16_INFINITY | (fraction == 0 ? FLOAT16_QUIET_NAN : fraction);
    }
    if (magnitude >= FLOAT32_OVERFLOW_16) {
      return FLOAT16_INFINITY;
    }
    if (magnitude < FLOAT32_SMALLEST_NORMAL_16) {
      // The unit in the last place of 0.5 is the smallest float16: the addition itself rounds.
      float shifted = Float.intBitsToFloat(magnitude) + 0.5f;
      return Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(0.5f);
    }
    return roundToEven(magnitude - REBIAS, FRACTION_SHIFT);
  }

  /** The value of a bfloat16 number: the upper half of a float32. */
  static float bfloat16(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }

  /** The nearest bfloat16 number, ties to even; beyond the largest one, infinity. */
  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if ((bits & FLOAT32_MAGNITUDE) > FLOAT32_INFINITY) {
      int upper = bits >>> Short.SIZE;
      return (short) ((upper & BFLOAT16_FRACTION) == 0 ? upper | BFLOAT16_QUIET_NAN : upper);
    }
    return (short) roundToEven(bits, Short.SIZE);
  }

  /** Drops the lowest bits; a carry runs from the fraction into the exponent, as it should. */
  private static int roundToEven(int bits, int dropped) {
    int belowHalf = (1 << dropped - 1) - 1;
    return bits + belowHalf + (bits >>> dropped & 1) >>> dropped;
  }
}
