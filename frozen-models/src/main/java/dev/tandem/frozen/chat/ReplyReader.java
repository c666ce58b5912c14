package dev.tandem.frozen.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;

/** Finds the answer in the body of a chat completion and checks it. */
final class ReplyReader {
  private static final int EXCERPT = 200;

  private ReplyReader() {}

  /** What a body says. */
  sealed interface Reading {}

  /** An answer that keeps to the schema. */
  record Answered(String json) implements Reading {}

  /** None. */
  record Unanswered(FailureKind kind, String message) implements Reading {}

  static Reading read(String body, AnswerSchema schema) {
    JsonNode completion;
    try {
      completion = Json.MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return new Unanswered(FailureKind.REPLY, "the body is not JSON: %s".formatted(excerpt(body)));
    }
    JsonNode message = completion.path("choices").path(0).path("message");
    if (!message.isObject()) {
      return new Unanswered(
          FailureKind.REPLY, "no choices with a message in: %s".formatted(excerpt(body)));
    }
    String refusal = message.path("refusal").asText("");
    String finish = completion.path("choices").path(0).path("finish_reason").asText("");
    String content = message.path("content").asText("");
    if (message.path("refusal").isTextual() && !refusal.isBlank()) {
      return new Unanswered(FailureKind.REFUSED, excerpt(refusal));
    } else if (finish.equals("content_filter")) {
      return new Unanswered(FailureKind.REFUSED, "the server's content filter");
    } else if (finish.equals("length")) {
      return new Unanswered(
          FailureKind.TRUNCATED, "cut off after max_tokens: %s".formatted(excerpt(content)));
    } else if (!message.path("content").isTextual() || content.isBlank()) {
      return new Unanswered(FailureKind.EMPTY, "the answer is empty");
    }
    return check(content, schema);
  }

  private static Reading check(String content, AnswerSchema schema) {
    JsonNode answer;
    try {
      answer = schema.isText() ? TextNode.valueOf(content) : JsonText.read(content);
    } catch (JsonProcessingException e) {
      return new Unanswered(
          FailureKind.INVALID_JSON,
          "%s in: %s".formatted(e.getOriginalMessage(), excerpt(content)));
    }
    String problems = schema.problems(answer);
    return problems.isEmpty()
        ? new Answered(Json.write(answer))
        : new Unanswered(FailureKind.SCHEMA, "%s in: %s".formatted(problems, excerpt(content)));
  }

  /** The beginning of a text on one line. */
  static String excerpt(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "...";
  }
}
