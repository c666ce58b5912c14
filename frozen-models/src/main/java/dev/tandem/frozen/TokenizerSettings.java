package dev.tandem.frozen;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a text becomes the input of an ONNX model, read from the YAML file beside it (as {@code
 * text.yaml} beside {@code text.onnx}):
 *
 * <pre>{@code
 * tokenizer: tokenizer.json   # of Hugging Face tokenizers; relative to this file
 * length: 77                  # tokens, start and end included; longer texts are cut before the end
 * padding: 49407              # the token that fills shorter ones up; 0 if left out
 * input: input_ids
 * mask: attention_mask        # left out where the model has none
 * output: text_embeds
 * }</pre>
 *
 * @param tokenizer path
 * @param length at least 2
 * @param padding token
 * @param input name of the model's input, int64 {@code [texts, length]}
 * @param mask name of a second one, 1 for a text's tokens and 0 for padding; null for none
 * @param output name of the output that holds the vectors, {@code [texts, dimension]}
 */
record TokenizerSettings(
    String tokenizer,
    int length,
    long padding,
    String input,
    @Nullable String mask,
    String output) {
  private static final int SHORTEST = 2;
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .build();

  TokenizerSettings {
    require(tokenizer, "tokenizer");
    require(input, "input");
    require(output, "output");
    if (length < SHORTEST) {
      throw new IllegalArgumentException(
          "length is %d (must be at least %d)".formatted(length, SHORTEST));
    }
  }

  @SuppressWarnings("NullAway") // the parser gives null for a key that is missing
  private static void require(@Nullable String value, String key) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("key %s is missing (must be a name)".formatted(key));
    }
  }

  static TokenizerSettings load(Path yaml) {
    try {
      return YAML.readValue(Files.readString(yaml), TokenizerSettings.class);
    } catch (JsonProcessingException e) {
      Throwable cause = e.getCause() instanceof IllegalArgumentException ? e.getCause() : e;
      String message = cause == e ? e.getOriginalMessage() : String.valueOf(cause.getMessage());
      throw new UserError("%s: %s".formatted(yaml, message), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + yaml, e);
    }
  }
}
