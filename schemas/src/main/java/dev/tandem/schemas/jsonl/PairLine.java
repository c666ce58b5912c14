package dev.tandem.schemas.jsonl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Map;

/**
 * An understanding-generation pair in PairUni's published JSONL format (arXiv 2510.25682).
 *
 * @param similarity cosine similarity of the two images, digits as written
 * @param generateAnn {@code generate_ann}, the sample of the generation side
 * @param understandAnn {@code understand_ann}, the sample of the understanding side
 * @param unknown all other keys in their order
 */
public record PairLine(
    BigDecimal similarity,
    SampleLine generateAnn,
    SampleLine understandAnn,
    Map<String, JsonNode> unknown) {

  /** A pair without further keys. */
  public static PairLine of(double similarity, SampleLine generateAnn, SampleLine understandAnn) {
    return new PairLine(BigDecimal.valueOf(similarity), generateAnn, understandAnn, Map.of());
  }

  /** Reads a line; all three keys are required. */
  public static PairLine parse(String line) throws LineFormatException {
    Fields fields = new Fields(Json.parse(line));
    return new PairLine(
        fields.requiredNumber("similarity"),
        SampleLine.of(fields.requiredObject("generate_ann")),
        SampleLine.of(fields.requiredObject("understand_ann")),
        fields.rest());
  }

  /** This pair as one line of JSON, without line break. */
  public String toJson() {
    ObjectNode object = Json.object();
    object.put("similarity", similarity);
    object.set("generate_ann", generateAnn.toObject());
    object.set("understand_ann", understandAnn.toObject());
    object.setAll(unknown);
    return Json.write(object);
  }
}
