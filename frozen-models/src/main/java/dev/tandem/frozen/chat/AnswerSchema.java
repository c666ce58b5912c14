package dev.tandem.frozen.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The JSON schema (draft 2020-12) of an answer. It is sent with the question as {@code
 * response_format}, and checked here, because not every server keeps to it. A schema of type string
 * means plain text: the answer is what the model wrote, as a JSON string, and no format is sent.
 */
public final class AnswerSchema implements Serializable {
  private static final int PROBLEMS_SHOWN = 3;

  private final String name;
  private final String json;
  private transient volatile @Nullable JsonSchema compiled;

  /**
   * @param name what the schema is called in requests: letters, digits, {@code _} and {@code -}
   * @param json the schema
   */
  public AnswerSchema(String name, String json) {
    this.name = name;
    this.json = json;
  }

  String name() {
    return name;
  }

  /** The schema itself. */
  public String json() {
    return json;
  }

  /** Whether the answer is plain text. */
  boolean isText() {
    return tree().path("type").asText().equals("string");
  }

  JsonNode tree() {
    try {
      return Json.MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("The schema '" + name + "' is not JSON", e);
    }
  }

  /** What is wrong with the answer, in the order of places; empty if it keeps to the schema. */
  String problems(JsonNode answer) {
    List<String> problems =
        compiled().validate(answer).stream().map(ValidationMessage::getMessage).sorted().toList();
    return problems.stream().limit(PROBLEMS_SHOWN).collect(Collectors.joining("; "));
  }

  private JsonSchema compiled() {
    JsonSchema schema = compiled;
    if (schema == null) {
      schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(tree());
      compiled = schema;
    }
    return schema;
  }
}
