package dev.tandem.pairs.imports;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.schemas.jsonl.LineFormatException;
import dev.tandem.schemas.jsonl.SampleLine;
import org.jspecify.annotations.Nullable;

/**
 * Turns the text of a line into a sample. A question makes it an understanding sample, a prompt
 * alone a generation sample; with both, the configuration decides. Prompt files in TIIF's form have
 * {@code short_description} in place of the prompt and {@code type} in place of the tag; these
 * stand in, and stay among the unknown keys.
 */
final class SampleReader {
  private static final String PROMPT_STAND_IN = "short_description";
  private static final String TAG_STAND_IN = "type";

  private final Side completeSide;
  private final ImageFolder images;

  SampleReader(Side completeSide, ImageFolder images) {
    this.completeSide = completeSide;
    this.images = images;
  }

  ImportedSample read(String text) throws Rejection {
    SampleLine line = parse(text);
    String prompt = firstText(line.prompt(), line.unknown().get(PROMPT_STAND_IN));
    String question = firstText(line.question(), null);
    Side side = side(line, prompt, question);
    return new ImportedSample(
        side,
        line,
        prompt,
        question,
        firstText(line.tag(), line.unknown().get(TAG_STAND_IN)),
        image(line, side));
  }

  private static SampleLine parse(String text) throws Rejection {
    try {
      return SampleLine.parse(text);
    } catch (LineFormatException e) {
      Reason reason =
          e.kind() == LineFormatException.Kind.MALFORMED_JSON
              ? Reason.MALFORMED_JSON
              : Reason.WRONG_TYPE;
      throw new Rejection(reason, String.valueOf(e.getMessage()));
    }
  }

  private Side side(SampleLine line, @Nullable String prompt, @Nullable String question)
      throws Rejection {
    if (prompt == null && question == null) {
      throw new Rejection(
          Reason.NO_TASK,
          "neither question nor prompt (other keys: " + line.unknown().keySet() + ")");
    }
    if (question == null) {
      return Side.GENERATION;
    }
    return prompt == null ? Side.UNDERSTANDING : completeSide;
  }

  private @Nullable ImageFile image(SampleLine line, Side side) throws Rejection {
    if (line.imagePath() != null) {
      return images.read(line.imagePath());
    }
    if (side == Side.UNDERSTANDING) {
      throw new Rejection(Reason.NO_IMAGE_PATH, "a question without image_path");
    }
    return null;
  }

  private static @Nullable String firstText(@Nullable String text, @Nullable JsonNode standIn) {
    if (text != null && !text.isBlank()) {
      return text;
    }
    if (standIn != null && standIn.isTextual() && !standIn.textValue().isBlank()) {
      return standIn.textValue();
    }
    return null;
  }
}
