package dev.tandem.frozen.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.testing.Golden;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("golden")
class JsonTextGoldenTest {
  @TestFactory
  Stream<DynamicTest> findsTheJsonThatTheReferenceFinds() {
    return Golden.tests(
        "r3/reward_text.json", "extract_json_from_response", JsonTextGoldenTest::check);
  }

  private static void check(Golden.Case golden) throws JsonProcessingException {
    String text = golden.inputs().get("text").textValue();
    JsonNode expected = golden.outputs().path("json");
    // Where the reference finds nothing and says {"correct": 0}, or finds a NaN, there is no
    // verdict here: a failure, not a number.
    boolean nothing = !text.contains("{") || expected.toString().contains("NaN");
    if (expected.isMissingNode() || nothing) {
      assertThatThrownBy(() -> JsonText.read(text)).isInstanceOf(JsonProcessingException.class);
    } else {
      assertThat(JsonText.read(text)).isEqualTo(expected);
    }
  }
}
