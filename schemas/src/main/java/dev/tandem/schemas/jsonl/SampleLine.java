package dev.tandem.schemas.jsonl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sample as it stands in a line of JSONL. Null means that the key is absent, or holds null and is
 * then among {@code unknown}.
 *
 * @param imagePath {@code image_path}, relative to the folder of the file
 * @param prompt text that an image is generated from
 * @param question question about the image, options included
 * @param answer right answer, a letter where the question has options
 * @param tag task or source label
 * @param include list of objects that the image must show (GenEval: class, count, color, position)
 * @param exclude list of objects that it must not show
 * @param ynQuestionList {@code yn_question_list}, questions to be answered yes or no
 * @param ynAnswerList {@code yn_answer_list}, their answers
 * @param unknown all other keys in their order
 */
public record SampleLine(
    @Nullable String imagePath,
    @Nullable String prompt,
    @Nullable String question,
    @Nullable String answer,
    @Nullable String tag,
    @Nullable JsonNode include,
    @Nullable JsonNode exclude,
    @Nullable List<String> ynQuestionList,
    @Nullable List<String> ynAnswerList,
    Map<String, JsonNode> unknown) {

  /** Reads a line. */
  public static SampleLine parse(String line) throws LineFormatException {
    return of(Json.parse(line));
  }

  /**
   * Puts a sample together from the columns of table {@code samples}.
   *
   * @param metadata as {@link #metadataJson} wrote it
   * @param extra as {@link #extraJson} wrote it
   */
  public static SampleLine ofColumns(
      @Nullable String imagePath,
      @Nullable String prompt,
      @Nullable String question,
      @Nullable String answer,
      @Nullable String tag,
      String metadata,
      String extra)
      throws LineFormatException {
    ObjectNode object = Json.object();
    putText(object, "image_path", imagePath);
    putText(object, "prompt", prompt);
    putText(object, "question", question);
    putText(object, "answer", answer);
    putText(object, "tag", tag);
    object.setAll(Json.parse(metadata));
    Json.parse(extra).properties().stream()
        .filter(entry -> !object.has(entry.getKey()))
        .forEach(entry -> object.set(entry.getKey(), entry.getValue()));
    return of(object);
  }

  static SampleLine of(ObjectNode object) throws LineFormatException {
    Fields fields = new Fields(object);
    return new SampleLine(
        fields.text("image_path"),
        fields.text("prompt"),
        fields.text("question"),
        fields.text("answer"),
        fields.text("tag"),
        fields.list("include"),
        fields.list("exclude"),
        fields.texts("yn_question_list"),
        fields.texts("yn_answer_list"),
        fields.rest());
  }

  /** This sample as one line of JSON, without line break. */
  public String toJson() {
    return Json.write(toObject());
  }

  /** The keys include, exclude, yn_question_list and yn_answer_list as a JSON object. */
  public String metadataJson() {
    ObjectNode object = Json.object();
    putMetadata(object);
    return Json.write(object);
  }

  /** The unknown keys as a JSON object. */
  public String extraJson() {
    return Json.write(Json.object().setAll(unknown));
  }

  ObjectNode toObject() {
    ObjectNode object = Json.object();
    putText(object, "image_path", imagePath);
    putText(object, "prompt", prompt);
    putText(object, "question", question);
    putText(object, "answer", answer);
    putText(object, "tag", tag);
    putMetadata(object);
    object.setAll(unknown);
    return object;
  }

  private void putMetadata(ObjectNode object) {
    putNode(object, "include", include);
    putNode(object, "exclude", exclude);
    putTexts(object, "yn_question_list", ynQuestionList);
    putTexts(object, "yn_answer_list", ynAnswerList);
  }

  private static void putText(ObjectNode object, String key, @Nullable String text) {
    if (text != null) {
      object.put(key, text);
    }
  }

  private static void putNode(ObjectNode object, String key, @Nullable JsonNode node) {
    if (node != null) {
      object.set(key, node);
    }
  }

  private static void putTexts(ObjectNode object, String key, @Nullable List<String> texts) {
    if (texts != null) {
      ArrayNode list = object.putArray(key);
      texts.forEach(list::add);
    }
  }
}
