package dev.tandem.shapeworld.geneval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads and writes what a prompt asks for as GenEval's JSON: an object whose {@code include} and
 * {@code exclude} are lists of {@code {"class", "count", "color", "position": [relation, index]}}.
 */
public final class GenEvalJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private GenEvalJson() {}

  /** The clauses as a JSON object; an empty list is left out, the tag has its own column. */
  public static String write(GenEvalMetadata metadata) {
    ObjectNode object = JSON.createObjectNode();
    writeClauses(object, "include", metadata.include());
    writeClauses(object, "exclude", metadata.exclude());
    return object.toString();
  }

  private static void writeClauses(ObjectNode object, String key, List<Clause> clauses) {
    if (clauses.isEmpty()) {
      return;
    }
    ArrayNode list = object.putArray(key);
    for (Clause clause : clauses) {
      ObjectNode node = list.addObject();
      node.put("class", clause.objectClass());
      node.put("count", clause.count());
      clause.color().ifPresent(color -> node.put("color", color));
      clause
          .position()
          .ifPresent(p -> node.putArray("position").add(p.relation().words()).add(p.target()));
    }
  }

  /**
   * Reads the clauses; other keys of the object are ignored.
   *
   * @throws UserError if the text is no such object
   */
  public static GenEvalMetadata parse(String tag, String json) {
    try {
      return parse(tag, JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new UserError("Cannot read GenEval metadata: no JSON object: " + json, e);
    }
  }

  /**
   * Reads the clauses of a parsed object; other keys are ignored.
   *
   * @throws UserError if a clause is malformed
   */
  public static GenEvalMetadata parse(String tag, JsonNode object) {
    if (!object.isObject()) {
      throw new UserError("Cannot read GenEval metadata: found " + object + ", expected an object");
    }
    List<Clause> include = parseClauses(object.path("include"));
    List<Clause> exclude = parseClauses(object.path("exclude"));
    try {
      return new GenEvalMetadata(tag, include, exclude);
    } catch (IllegalArgumentException e) {
      throw new UserError("Cannot read GenEval metadata: " + e.getMessage(), e);
    }
  }

  private static List<Clause> parseClauses(JsonNode list) {
    List<Clause> clauses = new ArrayList<>();
    for (JsonNode node : list) {
      JsonNode objectClass = node.path("class");
      JsonNode count = node.path("count");
      if (!objectClass.isTextual() || !count.isInt() || count.intValue() < 1) {
        throw malformed(node, "a class and a count of at least 1");
      }
      Optional<String> color = Optional.ofNullable(node.path("color").textValue());
      Optional<Clause.Position> position =
          node.path("position").isMissingNode()
              ? Optional.empty()
              : Optional.of(parsePosition(node));
      clauses.add(new Clause(objectClass.textValue(), count.intValue(), color, position));
    }
    return clauses;
  }

  private static Clause.Position parsePosition(JsonNode clause) {
    JsonNode position = clause.path("position");
    Optional<Relation> relation = Relation.find(position.path(0).asText());
    if (relation.isEmpty() || !position.path(1).isInt()) {
      throw malformed(clause, "a position like [\"left of\", 0]");
    }
    return new Clause.Position(relation.get(), position.path(1).intValue());
  }

  private static UserError malformed(JsonNode clause, String expected) {
    return new UserError(
        "Cannot read GenEval metadata: clause %s (expected %s)".formatted(clause, expected));
  }
}
