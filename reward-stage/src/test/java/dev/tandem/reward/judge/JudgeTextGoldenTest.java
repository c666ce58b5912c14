package dev.tandem.reward.judge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.frozen.chat.ChatServer;
import dev.tandem.frozen.chat.Chats;
import dev.tandem.frozen.chat.JsonText;
import dev.tandem.frozen.chat.PromptTemplate;
import dev.tandem.reward.Outcomes;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.ScoringInput;
import dev.tandem.testing.Golden;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What R3 makes of a judge's words, by the rewards themselves: a server says the words. Where the
 * reference turns words that answer nothing into 0, there is no value here: a failure is not a
 * zero.
 */
@Tag("golden")
class JudgeTextGoldenTest {
  private static final String FILE = "r3/reward_text.json";
  private static final String PROMPTS = "r3/prompts.json";

  /** The tolerance of the file. */
  private static final double TOLERANCE = 1e-12;

  @Test
  void everyFunctionHasATest() {
    Golden.requireKnown(
        FILE,
        "metadata_to_explanation",
        "vqa_reward",
        "tiif_reward",
        "geneval_plus",
        "extract_json_from_response"); // JsonTextGoldenTest
    Golden.requireKnown(PROMPTS, "reflection_prompt", "system_prompt"); // SystemPromptGoldenTest
  }

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
    return Golden.tests(FILE, "vqa_reward", JudgeTextGoldenTest::checkJson);
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
    List<Golden.Case> cases = Golden.cases(PROMPTS, "reflection_prompt");
    String prompt = cases.get(0).inputs().get("prompt").textValue();
    String wording = cases.get(0).outputs().get("train").textValue();
    PromptTemplate template =
        PromptTemplate.of("reflect", "\n---\n" + wording.replace(prompt, "{prompt}"), "{}");
    return cases.stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> checkFilled(template, golden)));
  }

  private static void checkFilled(PromptTemplate template, Golden.Case golden) {
    String filled = template.render(Map.of("prompt", golden.inputs().get("prompt").textValue()));
    assertThat(filled)
        .isEqualTo(golden.outputs().get("train").textValue())
        .isEqualTo(golden.outputs().get("eval").textValue());
  }

  private static void checkJson(Golden.Case golden) throws IOException {
    RewardOutcome outcome = judged(QuestionsInquiry.NAME, golden);
    JsonNode in = golden.inputs();
    int questions = in.get("questions").size();
    assertThat(outcome instanceof RewardOutcome.Value)
        .as("%s", outcome)
        .isEqualTo(
            questions == in.get("answers").size()
                && answersAll(in.get("reply").textValue(), questions));
    checkValue(outcome, golden.outputs().get("reward"));
  }

  /** Whether a reply has an answer under the number of each question. */
  private static boolean answersAll(String reply, int questions) {
    try {
      JsonNode answers = JsonText.read(reply);
      return questions > 0
          && answers.size() == questions
          && IntStream.rangeClosed(1, questions)
              .mapToObj(number -> answers.path("Q" + number).asText().strip())
              .allMatch(word -> word.equalsIgnoreCase("yes") || word.equalsIgnoreCase("no"));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private static void checkLines(Golden.Case golden) throws IOException {
    JsonNode in = golden.inputs();
    RewardOutcome outcome = judged(QuestionLinesInquiry.NAME, golden);
    JsonNode expected = golden.outputs().get("reward");
    checkValue(outcome, expected);
    if (outcome instanceof RewardOutcome.Failure
        && in.get("questions").size() == in.get("answers").size()) {
      assertThat(expected.doubleValue()).as("%s", outcome).isZero();
    }
  }

  private static void checkVerdict(Golden.Case golden) throws IOException {
    RewardOutcome outcome = judged(ChecklistInquiry.NAME, golden);
    JsonNode train = golden.outputs().at("/train/value");
    JsonNode eval = golden.outputs().at("/eval/value");
    checkValue(outcome, train.path(0));
    checkValue(outcome, eval.path(0));
    if (outcome instanceof RewardOutcome.Value value) {
      assertThat(JsonText.read(value.detail()).path("reason").asText())
          .isEqualTo(train.path(1).asText());
    } else {
      // The schema demands a number under the key: what has none is a failure.
      assertThat(train.path(0).isNumber() && train.path(0).doubleValue() != 0)
          .as("%s", outcome)
          .isFalse();
    }
  }

  private static void checkValue(RewardOutcome outcome, JsonNode expected) {
    if (outcome instanceof RewardOutcome.Value value) {
      assertThat(value.value()).isCloseTo(expected.doubleValue(), Assertions.within(TOLERANCE));
    }
  }

  /** What the reward makes of the case's reply about an image with the case's questions. */
  private static RewardOutcome judged(String reward, Golden.Case golden) throws IOException {
    JsonNode in = golden.inputs();
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.putArray("include").addObject().put("class", "dog");
    if (in.has("questions")) {
      metadata.set("yn_question_list", in.get("questions"));
      metadata.set("yn_answer_list", in.get("answers"));
    }
    ScoringInput input = ScoringInputs.drawn(1, metadata.toString());
    String reply = in.get("reply").textValue();
    try (ChatServer server = ChatServer.start(request -> ChatServer.answer(reply));
        JudgeReward judge =
            JudgeReward.of(
                reward,
                new JudgeSettings(
                    Chats.settings(server.url()),
                    JudgePrompts.checklist(Optional.empty()),
                    JudgePrompts.questions(Optional.empty()),
                    JudgePrompts.questionLines(Optional.empty())))) {
      return Outcomes.of(judge, List.of(input)).get(0);
    }
  }
}
