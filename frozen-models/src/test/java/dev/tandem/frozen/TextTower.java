package dev.tandem.frozen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A text tower of four words for tests, with the tokenizer and the settings that belong to it. */
public final class TextTower {
  /** Start, end, unknown, red, green, dark, blue; the last is also the padding. */
  private static final float[][] TABLE = {
    {0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {-1, -1, -1}, {0, 0, 1}
  };

  private static final String TOKENIZER =
      """
      {
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {
          "type": "TemplateProcessing",
          "single": [
            {"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}}],
          "pair": [
            {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 0}}],
          "special_tokens": {
            "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
            "</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}
        },
        "decoder": null,
        "model": {
          "type": "WordLevel", "unk_token": "<unk>",
          "vocab": {
            "<s>": 0, "</s>": 1, "<unk>": 2, "red": 3, "green": 4, "dark": 5, "blue": 6}
        }
      }
      """;

  /** Six tokens, start and end included: four words. */
  public static final String SETTINGS =
      """
      tokenizer: words.json
      length: 6
      padding: 6
      input: input_ids
      mask: attention_mask
      output: vector
      """;

  private TextTower() {}

  /** Writes the three files into a folder and returns that of the model. */
  public static Path write(Path folder, String settings) throws IOException {
    Path file = folder.resolve("words.onnx");
    Files.write(file, OnnxFile.sumOfTokens(6, TABLE));
    Files.writeString(folder.resolve("words.json"), TOKENIZER);
    Files.writeString(folder.resolve("words.yaml"), settings);
    return file;
  }

  /** Writes an image tower: a vector is the image's mean color in [-1, 1]. */
  public static Path writeImageTower(Path folder) throws IOException {
    Path file = folder.resolve("mean.onnx");
    Files.write(file, OnnxFile.globalAveragePool("pixels", "vector", 4));
    Files.writeString(
        folder.resolve("mean.yaml"),
        """
        resize: 4
        crop: 4
        mean: [0.5, 0.5, 0.5]
        std: [0.5, 0.5, 0.5]
        input: pixels
        output: vector
        """);
    return file;
  }
}
