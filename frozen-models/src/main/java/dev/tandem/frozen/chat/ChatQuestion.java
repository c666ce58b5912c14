package dev.tandem.frozen.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.schemas.Identifiers;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One question to a model.
 *
 * @param text the template's question with its values
 */
public record ChatQuestion(PromptTemplate template, String text, @Nullable ChatImage image) {

  /**
   * What identifies a question by its content: equal for questions that the model cannot tell
   * apart, whoever asks them.
   *
   * @param imageDigest hex SHA-256 of the image file; null for none
   * @return 64 hex digits
   */
  public static String digest(
      ChatSettings settings, String templateVersion, String text, @Nullable String imageDigest) {
    StringBuilder identity = new StringBuilder();
    String image = imageDigest == null ? "" : imageDigest;
    String temperature = Double.toString(settings.temperature());
    for (String part :
        new String[] {settings.requireModel(), temperature, templateVersion, text, image}) {
      identity.append(part.length()).append(':').append(part);
    }
    return Identifiers.sha256(identity.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The request's body. */
  String body(ChatSettings settings) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.put("model", settings.requireModel());
    body.put("temperature", settings.temperature());
    body.put("max_tokens", settings.maxTokens());
    ArrayNode messages = body.putArray("messages");
    messages.addObject().put("role", "system").put("content", template.system());
    ArrayNode content = messages.addObject().put("role", "user").putArray("content");
    content.addObject().put("type", "text").put("text", text);
    if (image != null) {
      content
          .addObject()
          .put("type", "image_url")
          .putObject("image_url")
          .put("url", image.dataUrl());
    }
    if (!template.schema().isText()) {
      addFormat(body, template.schema());
    }
    return Json.write(body);
  }

  private static void addFormat(ObjectNode body, AnswerSchema schema) {
    body.putObject("response_format")
        .put("type", "json_schema")
        .putObject("json_schema")
        .put("name", schema.name())
        .put("strict", true)
        .set("schema", schema.tree());
  }
}
