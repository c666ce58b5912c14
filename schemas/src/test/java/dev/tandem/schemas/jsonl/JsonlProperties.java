package dev.tandem.schemas.jsonl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A line that is read and written again holds the same keys and values. */
class JsonlProperties {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final List<String> TEXTS =
      List.of("image_path", "prompt", "question", "answer", "tag");

  @Property(tries = 500)
  void samplesSurviveTheRoundTrip(@ForAll("samples") ObjectNode sample) throws Exception {
    String written = throughBytes(SampleLine.parse(Json.write(sample)).toJson());
    assertThat(Json.parse(written)).isEqualTo(sample);
    assertThat(unknownKeys(Json.parse(written))).isEqualTo(unknownKeys(sample));
    assertThat(written).doesNotContain("\n").doesNotContain("\r");
  }

  @Property(tries = 300)
  void columnsKeepTheWholeSample(@ForAll("samples") ObjectNode sample) throws Exception {
    SampleLine line = SampleLine.of(sample);
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

  @Property(tries = 300)
  void pairsSurviveTheRoundTrip(
      @ForAll("samples") ObjectNode generate,
      @ForAll("samples") ObjectNode understand,
      @ForAll BigDecimal similarity,
      @ForAll("values") JsonNode more)
      throws Exception {
    ObjectNode pair = NODES.objectNode();
    pair.set("more", more);
    pair.set("similarity", DecimalNode.valueOf(similarity));
    pair.set("generate_ann", generate);
    pair.set("understand_ann", understand);
    JsonNode sent = Json.parse(Json.write(pair));
    assertThat(Json.parse(throughBytes(PairLine.parse(Json.write(pair)).toJson()))).isEqualTo(sent);
  }

  @Provide
  Arbitrary<ObjectNode> samples() {
    Arbitrary<JsonNode> texts = text().map(NODES::textNode);
    Arbitrary<JsonNode> lists = values().list().ofMaxSize(3).map(JsonlProperties::array);
    Arbitrary<JsonNode> textLists = texts.list().ofMaxSize(3).map(JsonlProperties::array);
    Arbitrary<Map.Entry<String, JsonNode>> known =
        Arbitraries.oneOf(
            entry(Arbitraries.of(TEXTS), texts.injectNull(0.1)),
            entry(Arbitraries.of("include", "exclude"), lists),
            entry(Arbitraries.of("yn_question_list", "yn_answer_list"), textLists));
    Arbitrary<Map.Entry<String, JsonNode>> unknown = entry(text().map(key -> "x" + key), values());
    return Arbitraries.oneOf(known, unknown).list().ofMaxSize(12).map(JsonlProperties::object);
  }

  @Provide
  Arbitrary<JsonNode> values() {
    Arbitrary<JsonNode> leaves =
        Arbitraries.oneOf(
            text().map(NODES::textNode),
            Arbitraries.bigDecimals().map(NODES::numberNode),
            Arbitraries.bigIntegers().map(NODES::numberNode),
            Arbitraries.of(true, false).map(NODES::booleanNode),
            Arbitraries.just(NODES.nullNode()));
    return Arbitraries.recursive(
            () -> leaves,
            inner ->
                Arbitraries.oneOf(
                    inner.list().ofMaxSize(3).map(JsonlProperties::array),
                    entry(text(), inner).list().ofMaxSize(3).map(JsonlProperties::object)),
            0,
            2)
        .map(JsonlProperties::asParsed);
  }

  /** Any UTF-16 text, half surrogate pairs and control characters included. */
  private static Arbitrary<String> text() {
    return Arbitraries.strings().all().ofMaxLength(12);
  }

  private static Arbitrary<Map.Entry<String, JsonNode>> entry(
      Arbitrary<String> keys, Arbitrary<JsonNode> values) {
    return keys.flatMap(
        key -> values.map(value -> Map.entry(key, value == null ? NODES.nullNode() : value)));
  }

  private static JsonNode array(List<JsonNode> elements) {
    ArrayNode array = NODES.arrayNode();
    elements.forEach(array::add);
    return array;
  }

  private static ObjectNode object(List<Map.Entry<String, JsonNode>> entries) {
    ObjectNode object = NODES.objectNode();
    entries.forEach(entry -> object.set(entry.getKey(), entry.getValue()));
    return object;
  }

  /** Small numbers are read into other node types than they are made of. */
  private static JsonNode asParsed(JsonNode value) {
    try {
      return Json.parse(Json.write(object(List.of(Map.entry("value", value))))).get("value");
    } catch (LineFormatException e) {
      throw new AssertionError("Jackson cannot read what it wrote: " + value, e);
    }
  }

  private static List<String> unknownKeys(ObjectNode object) {
    return object.properties().stream()
        .map(Map.Entry::getKey)
        .filter(key -> key.startsWith("x"))
        .toList();
  }

  private static String throughBytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
