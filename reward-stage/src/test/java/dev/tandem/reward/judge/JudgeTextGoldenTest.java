package dev.tandem.reward.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.frozen.chat.JsonText;
import dev.tandem.frozen.chat.PromptTemplate;
import dev.tandem.reward.ScoringInput;
import dev.tandem.reward.YesNoQuestions;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * What R3 makes of a judge's words. Where it turns words that answer nothing into 0, there is no
 * value here: a failure is not a zero.
 */
@Tag("golden")
class JudgeTextGoldenTest {
  private static final String FILE = "r3/reward_text.json";

  /** The tolerance of the file. */
  private static final double TOLERANCE = 1e-12;

  @TestFactory
  Stream<DynamicTest> checklistsHaveTheReferencesWords() {
    return Golden.tests(
        FILE,
        "metadata_to_explanation",
        golden ->
            assertThat(Checklist.of(golden.inputs().get("metadata").toString()))
                .isEqualTo(golden.outputs().get("text").textValue()));
  }

  @TestFactory
  Stream<DynamicTest> answersInJsonHaveTheReferencesShare() {
    return Golden.tests(
        FILE, "vqa_reward", golden -> check(golden, answersInJson(golden.inputs())));
  }

  @TestFactory
  Stream<DynamicTest> answersInLinesHaveTheReferencesShare() {
    return Golden.tests(FILE, "tiif_reward", JudgeTextGoldenTest::checkLines);
  }

  @TestFactory
  Stream<DynamicTest> verdictsHaveTheReferencesValue() {
    return Golden.tests(FILE, "geneval_plus", JudgeTextGoldenTest::checkVerdict);
  }

  @TestFactory
  Stream<DynamicTest> templatesAreFilledInAsByTheReference() {
    List<Golden.Case> cases = Golden.cases("r3/prompts.json", "reflection_prompt");
    String prompt = cases.get(0).inputs().get("prompt").textValue();
    String wording = cases.get(0).outputs().get("train").textValue();
    PromptTemplate template =
        PromptTemplate.of("reflect", "\n---\n" + wording.replace(prompt, "{prompt}"), "{}");
    return cases.stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.id(),
                    () ->
                        assertThat(
                                template.render(
                                    Map.of("prompt", golden.inputs().get("prompt").textValue())))
                            .isEqualTo(golden.outputs().get("train").textValue())));
  }

  private static void check(Golden.Case golden, Optional<List<String>> given) {
    JsonNode in = golden.inputs();
    YesNoQuestions questions =
        new YesNoQuestions(
            GoldenValues.strings(in.get("questions")), GoldenValues.strings(in.get("answers")));
    if (given.isPresent()
        && !given.get().isEmpty()
        && given.get().size() == questions.answers().size()) {
      assertThat(questions.share(given.get()))
          .isCloseTo(golden.outputs().get("reward").doubleValue(), Assertions.within(TOLERANCE));
    } else if (given.isPresent()) {
      assertThatThrownBy(() -> questions.share(given.get()))
          .isInstanceOf(IllegalArgumentException.class);
    } else {
      assertThat(golden.outputs().get("reward").doubleValue()).isZero();
    }
  }

  /** By the reward itself: the sample's metadata holds the questions. */
  private static void checkLines(Golden.Case golden) {
    JsonNode in = golden.inputs();
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.set("yn_question_list", in.get("questions"));
    metadata.set("yn_answer_list", in.get("answers"));
    ScoringInput input = ScoringInputs.drawn(1, metadata.toString());
    QuestionLinesInquiry inquiry =
        new QuestionLinesInquiry(JudgePrompts.questionLines(Optional.empty()));
    double expected = golden.outputs().get("reward").doubleValue();
    try {
      double share = inquiry.value(input, in.get("reply"));
      assertThat(share).isCloseTo(expected, Assertions.within(TOLERANCE));
    } catch (IllegalArgumentException e) {
      boolean answered = in.get("questions").size() == in.get("answers").size();
      assertThat(answered ? expected : 0).as(e.getMessage()).isZero();
    }
  }

  /** Empty where the reply is no JSON. */
  private static Optional<List<String>> answersInJson(JsonNode in) {
    try {
      List<String> answers = new ArrayList<>();
      JsonText.read(in.get("reply").textValue())
          .elements()
          .forEachRemaining(answer -> answers.add(answer.asText()));
      return Optional.of(answers);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static void checkVerdict(Golden.Case golden) throws JsonProcessingException {
    JsonNode answer = JsonText.read(golden.inputs().get("reply").textValue());
    ChecklistInquiry inquiry = new ChecklistInquiry(JudgePrompts.checklist(Optional.empty()));
    double expected = golden.outputs().at("/train/value/0").doubleValue();
    if (answer.has("correct")) {
      assertThat(inquiry.value(ScoringInputs.drawn(1), answer)).isEqualTo(expected);
    } else {
      assertThat(expected).isZero(); // the schema demands the key: a failure here
    }
  }
}
