package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.testing.Golden;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("golden")
class FormatRewardGoldenTest {
  private static final String FILE = "r3/format_reward.json";

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return Golden.cases(FILE).stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check(golden)));
  }

  private static void check(Golden.Case golden) {
    JsonNode text = golden.inputs().get("text");
    JsonNode outputs = golden.outputs();
    switch (golden.fn()) {
      case "get_think_format_reward" -> {
        assertFormat(Optional.of(text.textValue()), outputs);
        assertThat(Whitespace.strip(text.textValue()))
            .hasSize(outputs.get("stripped_length_utf16").intValue());
      }
      // What the reference calls no string is a rollout without text here: a failure, not a number.
      case "get_think_format_reward_non_string" ->
          assertThat(new FormatReward().needs()).contains(Need.TEXT);
      case "extract_edit_operation" -> {
        String instruction = ThinkFormat.editInstruction(text.textValue());
        assertThat(instruction).isEqualTo(outputs.get("operation").textValue());
        assertThat(instruction.equals(ThinkFormat.NO_FURTHER_EDIT))
            .isEqualTo(outputs.get("is_no_further_edit").booleanValue());
      }
      default -> throw new AssertionError("Unknown function " + golden.fn());
    }
  }

  private static void assertFormat(Optional<String> text, JsonNode outputs) {
    assertThat(value("reason", text)).isEqualTo(outputs.get("must_end_with_think").doubleValue());
    assertThat(value("reflect_refine", text)).isEqualTo(outputs.get("free_tail").doubleValue());
  }

  private static double value(String stage, Optional<String> text) {
    ScoringInput.Sample sample =
        new ScoringInput.Sample(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            "{}",
            Optional.empty());
    RewardOutcome outcome =
        new FormatReward().score(new ScoringInput(stage, text, Optional.empty(), sample));
    return ((RewardOutcome.Value) outcome).value();
  }
}
