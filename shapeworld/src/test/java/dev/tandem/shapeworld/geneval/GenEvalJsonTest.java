package dev.tandem.shapeworld.geneval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tandem.schemas.UserError;
import dev.tandem.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GenEvalJsonTest {

  @Test
  void readsWhatItWrites() {
    GenEvalMetadata metadata =
        new GenEvalMetadata(
            "position",
            List.of(
                Clause.of("ring", 1).withColor("red"),
                Clause.of("cross", 1).withPosition(Relation.LEFT_OF, 0)),
            List.of(Clause.of("star", 2)));
    assertThat(GenEvalJson.parse("position", GenEvalJson.write(metadata))).isEqualTo(metadata);
  }

  @ParameterizedTest
  @ValueSource(strings = {"geneval_test.jsonl", "geneval_train.jsonl"})
  @org.junit.jupiter.api.Tag("golden")
  void readsEveryPublishedPromptWithoutLoss(String file) throws IOException {
    JsonMapper json = JsonMapper.builder().build();
    for (String line : Files.readAllLines(Golden.data("prompts/" + file))) {
      JsonNode prompt = json.readTree(line);
      String tag = prompt.get("tag").textValue();
      JsonNode written = json.readTree(GenEvalJson.write(GenEvalJson.parse(tag, prompt)));
      assertThat(Tag.find(tag)).isPresent();
      assertThat(written.get("include")).isEqualTo(prompt.get("include"));
      assertThat(written.get("exclude")).isEqualTo(prompt.get("exclude"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "{\"include\": [{\"count\": 1}]}",
        "{\"include\": [{\"class\": \"dog\", \"count\": 0}]}",
        "{\"include\": [{\"class\": \"dog\", \"count\": 1, \"position\": [\"near\", 0]}]}",
        "{\"include\": [{\"class\": \"dog\", \"count\": 1, \"position\": [\"above\", 0]}]}"
      })
  void malformedMetadataIsTheUsersError(String text) {
    assertThatThrownBy(() -> GenEvalJson.parse("two_object", text))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("Cannot read GenEval metadata: ");
  }
}
