package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GoldenValuesTest {
  @Test
  void nonFiniteStringsAreNumbers() throws Exception {
    assertThat(GoldenValues.doubles(json("[[1, \"NaN\"], [\"-Infinity\", 0.5]]")))
        .containsExactly(1, Double.NaN, Double.NEGATIVE_INFINITY, 0.5);
    assertThat(GoldenValues.matrix(json("[[1, 2], [3, 4]]"))[1]).containsExactly(3, 4);
    assertThatThrownBy(() -> GoldenValues.number(json("\"one\"")))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void valuesThatAgreePass() {
    assertPasses(
        new double[][] {{1, Double.NaN}, {2.0000001, Double.POSITIVE_INFINITY}},
        "[[1, \"NaN\"], [2, \"Infinity\"]]");
    assertPasses(List.of("a", true), "[\"a\", true]");
    assertPasses(null, "null");
    assertPasses(3, "3.0");
  }

  @Test
  void valuesThatDisagreeFail() {
    assertFails(1.00001, "1", "found 1.00001, expected 1.0");
    assertFails(Double.NaN, "1", "found NaN");
    assertFails(1.0, "\"NaN\"", "expected NaN");
    assertFails(Double.NEGATIVE_INFINITY, "\"Infinity\"", "found -Infinity");
    assertFails(new int[] {1, 2}, "[1, 2, 3]", "length");
    assertFails(List.of("b"), "[\"a\"]", "value[0]");
    assertFails("1", "1", "value");
  }

  @Test
  void flatValuesAreComparedRowMajor() throws Exception {
    GoldenValues.assertFlatClose("flat", new float[] {1, 2, 3, 4}, json("[[1, 2], [3, 4]]"), 0);
    assertThatThrownBy(
            () -> GoldenValues.assertFlatClose("flat", new int[] {1, 2}, json("[[1], [3]]"), 0))
        .hasMessageContaining("flat[1]");
  }

  @Tag("golden")
  @Test
  void aFileIsReadWithAllItsCases() {
    JsonNode document = Golden.document("papers/pairuni.json");
    assertThat(Golden.cases("papers/pairuni.json")).hasSize(document.get("cases").size());
    String fn = document.get("cases").get(0).get("fn").asText();
    assertThat(Golden.cases("papers/pairuni.json", fn)).allMatch(c -> c.fn().equals(fn));
    assertThatThrownBy(() -> Golden.cases("papers/pairuni.json", "no such function"))
        .isInstanceOf(AssertionError.class);
  }

  private static void assertPasses(Object actual, String expected) {
    assertThatCode(() -> GoldenValues.assertClose("value", actual, json(expected), 1e-6))
        .doesNotThrowAnyException();
  }

  private static void assertFails(Object actual, String expected, String message) {
    assertThatThrownBy(() -> GoldenValues.assertClose("value", actual, json(expected), 1e-6))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(message);
  }

  private static JsonNode json(String text) throws Exception {
    return new ObjectMapper().readTree(text);
  }
}
