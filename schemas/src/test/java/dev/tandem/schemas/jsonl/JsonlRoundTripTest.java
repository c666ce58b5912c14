package dev.tandem.schemas.jsonl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tandem.schemas.jsonl.LineFormatException.Kind;
import dev.tandem.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonlRoundTripTest {
  private static final JsonMapper EXACT =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  @Tag("golden")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "prompts/geneval_test.jsonl",
        "prompts/geneval_train.jsonl",
        "prompts/tiif_train.jsonl",
        "cifar-ug/generation.jsonl",
        "cifar-ug/understanding.jsonl"
      })
  void everyLineOfTheRealFilesSurvives(String file) throws Exception {
    List<String> lines = Files.readAllLines(Golden.data(file));
    assertThat(lines).isNotEmpty();
    for (String line : lines) {
      assertThat(tree(SampleLine.parse(line).toJson())).isEqualTo(tree(line));
    }
  }

  @Tag("golden")
  @Test
  void thePublishedPairSurvives() throws Exception {
    Path file = Golden.data("pairug-example.jsonl");
    for (String line : Files.readAllLines(file)) {
      PairLine pair = PairLine.parse(line);
      assertThat(tree(pair.toJson())).isEqualTo(tree(line));
      assertThat(pair.generateAnn().answer()).isEqualTo("A");
      assertThat(pair.toJson()).isASCII();
    }
  }

  @Test
  void knownKeysAreReadAndOthersKeptInOrder() throws Exception {
    SampleLine line =
        SampleLine.parse(
            """
            {"zeta": {"b": 1, "a": [null]}, "image_path": "i.png", "prompt": "p", "tag": "t",\
             "include": [{"class": "cow", "count": 2}], "exclude": [], "answer": null,\
             "yn_question_list": ["q"], "yn_answer_list": ["yes"], "alpha": 0.10}""");
    assertThat(line.imagePath()).isEqualTo("i.png");
    assertThat(line.answer()).isNull();
    assertThat(line.ynQuestionList()).containsExactly("q");
    assertThat(line.metadataJson())
        .isEqualTo(
            "{\"include\":[{\"class\":\"cow\",\"count\":2}],\"exclude\":[],"
                + "\"yn_question_list\":[\"q\"],\"yn_answer_list\":[\"yes\"]}");
    assertThat(line.extraJson())
        .isEqualTo("{\"zeta\":{\"b\":1,\"a\":[null]},\"answer\":null,\"alpha\":0.10}");
  }

  @Test
  void columnsGiveTheLineBack() throws Exception {
    SampleLine line =
        SampleLine.parse(
            "{\"image_path\":\"i.png\",\"question\":\"q\",\"include\":[],\"x\":1,\"prompt\":null}");
    SampleLine again =
        SampleLine.ofColumns(
            line.imagePath(),
            line.prompt(),
            line.question(),
            line.answer(),
            line.tag(),
            line.metadataJson(),
            line.extraJson());
    assertThat(again).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "{",
        "nonsense",
        "[1]",
        "7",
        "null",
        "{\"a\":1} x",
        "{\"a\":1}{\"a\":1}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":NaN}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":\"\u0001\"}"
      })
  void textThatIsNotOneObjectIsMalformed(String line) {
    assertFails(line, Kind.MALFORMED_JSON, "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"prompt\": 3}|prompt is a number, expected a text",
        "{\"image_path\": [\"a\"]}|image_path is a list, expected a text",
        "{\"include\": {}}|include is an object, expected a list",
        "{\"yn_answer_list\": [\"yes\", true]}|yn_answer_list[1] is true or false, expected a text"
      })
  void aKnownKeyOfTheWrongTypeIsNamed(String line, String message) {
    assertFails(line, Kind.WRONG_TYPE, message);
  }

  @Test
  void aPairWithoutItsSidesIsRefused() {
    assertThatThrownBy(() -> PairLine.parse("{\"similarity\": 1, \"generate_ann\": {}}"))
        .isInstanceOf(LineFormatException.class)
        .hasMessage("understand_ann is missing (found [])");
    assertThatThrownBy(() -> PairLine.parse("{\"similarity\": \"high\"}"))
        .hasMessage("similarity is a text, expected a number");
  }

  private static void assertFails(String line, Kind kind, String message) {
    assertThatThrownBy(() -> SampleLine.parse(line))
        .isInstanceOfSatisfying(
            LineFormatException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }

  private static JsonNode tree(String json) throws JsonProcessingException, IOException {
    return EXACT.readTree(json);
  }
}
