package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.tandem.policy.Torch;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.ShortPointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Both 16-bit formats, over all of their 65,536 patterns and against libtorch's conversion. */
class HalfPrecisionTest {
  private static final int PATTERNS = 1 << Short.SIZE;
  private static final int RANDOM_FLOATS = 1 << 20;
  private static final long SEED = 20261121;

  private enum Format {
    FLOAT16(ScalarType.Half) {
      @Override
      float decode(short bits) {
        return HalfPrecision.float16(bits);
      }

      @Override
      short encode(float value) {
        return HalfPrecision.toFloat16(value);
      }
    },
    BFLOAT16(ScalarType.BFloat16) {
      @Override
      float decode(short bits) {
        return HalfPrecision.bfloat16(bits);
      }

      @Override
      short encode(float value) {
        return HalfPrecision.toBfloat16(value);
      }
    };

    final ScalarType type;

    Format(ScalarType type) {
      this.type = type;
    }

    abstract float decode(short bits);

    abstract short encode(float value);
  }

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void everyPatternSurvivesTheWayThroughFloat32(Format format) {
    for (int pattern = 0; pattern < PATTERNS; pattern++) {
      assertThat(format.encode(format.decode((short) pattern)))
          .as("pattern %04x", pattern)
          .isEqualTo((short) pattern);
    }
  }

  @ParameterizedTest
  @EnumSource(Format.class)
  void everyPatternHasTheValueThatLibtorchGivesIt(Format format) {
    try (PointerScope scope = new PointerScope()) {
      Tensor halves = torch.empty(new long[] {PATTERNS}).to(format.type);
      ShortBuffer patterns = new ShortPointer(halves.data_ptr()).capacity(PATTERNS).asBuffer();
      for (int pattern = 0; pattern < PATTERNS; pattern++) {
        patterns.put(pattern, (short) pattern);
      }
      Tensor floats = halves.to(ScalarType.Float);
      FloatBuffer expected = floats.createBuffer();
      for (int pattern = 0; pattern < PATTERNS; pattern++) {
        assertThat(format.decode((short) pattern))
            .as("pattern %04x", pattern)
            .isEqualTo(Float.valueOf(expected.get(pattern)));
      }
    }
  }

  /** Floats near the halves and half-way between them, where rounding decides; and any others. */
  @ParameterizedTest
  @EnumSource(Format.class)
  void everyFloatRoundsAsInLibtorch(Format format) {
    float[] values = hardFloats(format);
    try (PointerScope scope = new PointerScope()) {
      Tensor halves = torch.tensor(values).to(format.type);
      ShortBuffer expected = new ShortPointer(halves.data_ptr()).capacity(values.length).asBuffer();
      for (int i = 0; i < values.length; i++) {
        short bits = format.encode(values[i]);
        boolean same =
            Float.isNaN(values[i]) ? Float.isNaN(format.decode(bits)) : bits == expected.get(i);
        if (!same) {
          fail(
              "%s (%08x) became %04x, expected %04x",
              values[i], Float.floatToRawIntBits(values[i]), bits, expected.get(i));
        }
      }
    }
  }

  private static float[] hardFloats(Format format) {
    float[] values = new float[3 * PATTERNS + RANDOM_FLOATS];
    int next = 0;
    for (int pattern = 0; pattern < PATTERNS; pattern++) {
      float low = format.decode((short) pattern);
      float high = format.decode((short) (pattern + 1));
      float middle = (float) (((double) low + high) / 2);
      values[next++] = middle;
      values[next++] = Math.nextUp(middle);
      values[next++] = Math.nextDown(middle);
    }
    SplittableRandom random = new SplittableRandom(SEED);
    while (next < values.length) {
      values[next++] = Float.intBitsToFloat(random.nextInt());
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3C00",
    "-2, C000",
    "65504, 7BFF",
    "65519.996, 7BFF",
    "65520, 7C00",
    "-65520, FC00",
    "Infinity, 7C00",
    "0x1p-14, 0400",
    "0x1p-24, 0001",
    "0x1p-25, 0000",
    "-0x1p-25, 8000",
    "0x1.000002p-25, 0001",
    "0x1.8p-24, 0002",
    "0x1.ffep-15, 0400",
    "1.00048828125, 3C00",
    "1.00146484375, 3C02",
  })
  void float16IsTheNearestWithTiesToEven(String value, String bits) {
    assertThat(HalfPrecision.toFloat16(Float.parseFloat(value)))
        .isEqualTo((short) Integer.parseInt(bits, 16));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3F80",
    "-0, 8000",
    "1.00390625, 3F80",
    "1.01171875, 3F82",
    "3.4028235e38, 7F80",
    "0x1p-133, 0001",
    "0x1p-134, 0000",
    "0x1.8p-133, 0002",
  })
  void bfloat16IsTheNearestWithTiesToEven(String value, String bits) {
    assertThat(HalfPrecision.toBfloat16(Float.parseFloat(value)))
        .isEqualTo((short) Integer.parseInt(bits, 16));
  }

  @Test
  void aNanStaysOneWhateverItsFraction() {
    for (int bits : new int[] {0x7F800001, 0x7FC00000, 0xFF800001, 0xFFFFFFFF, 0x7F80FFFF}) {
      float nan = Float.intBitsToFloat(bits);
      assertThat(HalfPrecision.float16(HalfPrecision.toFloat16(nan))).isNaN();
      assertThat(HalfPrecision.bfloat16(HalfPrecision.toBfloat16(nan))).isNaN();
    }
  }
}
