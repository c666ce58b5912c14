package dev.tandem.jobs.data;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.shapeworld.geneval.Clause;
import dev.tandem.shapeworld.geneval.GenEvalMetadata;
import java.util.List;

/** Writes what a prompt asks for in the form of GenEval's files. */
final class GenEvalJson {
  private GenEvalJson() {}

  /** The value of the column {@code metadata}. */
  static String of(GenEvalMetadata metadata) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.set("include", clauses(metadata.include()));
    if (!metadata.exclude().isEmpty()) {
      json.set("exclude", clauses(metadata.exclude()));
    }
    return json.toString();
  }

  private static ArrayNode clauses(List<Clause> clauses) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (Clause clause : clauses) {
      ObjectNode node = array.addObject();
      node.put("class", clause.objectClass());
      node.put("count", clause.count());
      clause.color().ifPresent(color -> node.put("color", color));
      clause
          .position()
          .ifPresent(
              position ->
                  node.putArray("position")
                      .add(position.relation().words())
                      .add(position.target()));
    }
    return array;
  }
}
