package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.StreamSupport;

/** Reads and compares the values of golden files, where non-finite numbers are strings. */
public final class GoldenValues {
  private GoldenValues() {}

  /** A number; the strings NaN, Infinity and -Infinity count as numbers. */
  public static double number(JsonNode node) {
    if (!node.isNumber() && !isNonFinite(node)) {
      throw new AssertionError("Expected a number in the golden file, found " + node);
    }
    return node.isNumber() ? node.doubleValue() : Double.parseDouble(node.textValue());
  }

  /** All numbers of a list of any depth, row-major. */
  public static double[] doubles(JsonNode node) {
    return flatten(node).stream().mapToDouble(GoldenValues::number).toArray();
  }

  /** All numbers of a list of any depth, row-major, as floats. */
  public static float[] floats(JsonNode node) {
    double[] doubles = doubles(node);
    float[] floats = new float[doubles.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) doubles[i];
    }
    return floats;
  }

  /** All integers of a list of any depth, row-major. */
  public static int[] ints(JsonNode node) {
    return flatten(node).stream().mapToInt(JsonNode::intValue).toArray();
  }

  /** The rows of a list of lists. */
  public static double[][] matrix(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false)
        .map(GoldenValues::doubles)
        .toArray(double[][]::new);
  }

  /** The texts of a list. */
  public static List<String> strings(JsonNode node) {
    return StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText).toList();
  }

  /**
   * Fails unless the values agree: numbers within {@code tolerance * (1 + |expected|)}, all else
   * exactly, lists element by element.
   *
   * @param actual a number, text, boolean, null, or an array or collection of such
   */
  public static void assertClose(String what, Object actual, JsonNode expected, double tolerance) {
    if (expected.isArray()) {
      assertListClose(what, actual, expected, tolerance);
    } else if (expected.isNull()) {
      assertThat(actual).as(what).isNull();
    } else if (expected.isNumber() || (isNonFinite(expected) && actual instanceof Number)) {
      assertThat(actual).as(what).isInstanceOf(Number.class);
      assertNumberClose(what, ((Number) actual).doubleValue(), number(expected), tolerance);
    } else if (expected.isBoolean()) {
      assertThat(actual).as(what).isEqualTo(expected.booleanValue());
    } else if (expected.isTextual()) {
      assertThat(actual).as(what).isEqualTo(expected.textValue());
    } else {
      throw new AssertionError("Cannot compare " + what + " with the golden object " + expected);
    }
  }

  /** Compares flat values with a golden list of any depth, row-major. */
  public static void assertFlatClose(
      String what, Object actual, JsonNode expected, double tolerance) {
    double[] wanted = doubles(expected);
    assertThat(Array.getLength(actual)).as(what + ": length").isEqualTo(wanted.length);
    for (int i = 0; i < wanted.length; i++) {
      double value = ((Number) Array.get(actual, i)).doubleValue();
      assertNumberClose(what + "[" + i + "]", value, wanted[i], tolerance);
    }
  }

  private static void assertListClose(
      String what, Object actual, JsonNode expected, double tolerance) {
    assertThat(actual).as(what).isNotNull();
    Object array = actual instanceof Collection<?> list ? list.toArray() : actual;
    assertThat(array.getClass().isArray()).as(what + " is a list").isTrue();
    assertThat(Array.getLength(array)).as(what + ": length").isEqualTo(expected.size());
    for (int i = 0; i < expected.size(); i++) {
      assertClose(what + "[" + i + "]", Array.get(array, i), expected.get(i), tolerance);
    }
  }

  private static void assertNumberClose(
      String what, double actual, double expected, double tolerance) {
    boolean same = Double.compare(actual, expected) == 0 || actual == expected;
    boolean close =
        Double.isFinite(expected)
            && Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected));
    assertThat(same || close)
        .as("%s: found %s, expected %s (tolerance %s)", what, actual, expected, tolerance)
        .isTrue();
  }

  private static boolean isNonFinite(JsonNode node) {
    return node.isTextual() && List.of("NaN", "Infinity", "-Infinity").contains(node.textValue());
  }

  private static List<JsonNode> flatten(JsonNode node) {
    if (!node.isArray()) {
      return List.of(node);
    }
    List<JsonNode> flat = new ArrayList<>();
    node.forEach(child -> flat.addAll(flatten(child)));
    return flat;
  }
}
