package dev.tandem.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxTextEncoderTest {
  /** Single precision of values near one. */
  private static final float ROUNDING = 1e-6f;

  @TempDir Path folder;

  @Test
  void encodesTheTokensOfATextWithoutPadding() throws IOException {
    try (OnnxTextEncoder encoder = open(TextTower.SETTINGS)) {
      assertThat(encoder.dimension()).isEqualTo(3);
      float[][] vectors = encoder.encode(List.of("RED", "green red", "a red green red"));
      float root2 = (float) Math.sqrt(2);
      float root5 = (float) Math.sqrt(5);
      assertThat(vectors[0]).containsExactly(new float[] {1, 0, 0}, within(ROUNDING));
      assertThat(vectors[1])
          .containsExactly(new float[] {1 / root2, 1 / root2, 0}, within(ROUNDING));
      assertThat(vectors[2])
          .containsExactly(new float[] {2 / root5, 1 / root5, 0}, within(ROUNDING));
    }
  }

  @Test
  void cutsLongTextsBeforeTheirEnd() throws IOException {
    try (OnnxTextEncoder encoder = open(TextTower.SETTINGS)) {
      assertThat(encoder.encode(List.of("red red red red green green"))[0])
          .containsExactly(new float[] {1, 0, 0}, within(ROUNDING));
    }
  }

  @Test
  void theDigestFollowsTheTokenizer() throws IOException {
    String first;
    try (OnnxTextEncoder encoder = open(TextTower.SETTINGS)) {
      first = encoder.digest();
    }
    Path words = folder.resolve("words.json");
    Files.writeString(words, Files.readString(words).replace("\"blue\"", "\"azure\""));
    try (OnnxTextEncoder encoder = OnnxTextEncoder.open(folder.resolve("words.onnx"))) {
      assertThat(encoder.digest()).isNotEqualTo(first);
    }
  }

  @Test
  void namesWhatIsWrongInTheSettings() {
    assertRefused("length: 6", "length: 1", "words.yaml: length is 1 (must be at least 2)");
    assertRefused("length: 6", "lenght: 6", "words.yaml: ");
    assertRefused("output: vector", "", "words.yaml: key output is missing");
    assertRefused("output: vector", "output: logits", "no output 'logits'");
    assertRefused("tokenizer: words.json", "tokenizer: none.json", "No tokenizer at ");
    assertRefused("mask: attention_mask", "mask: weights", "weights");
  }

  @Test
  void refusesAFileThatIsNoTokenizer() throws IOException {
    Path model = TextTower.write(folder, TextTower.SETTINGS);
    Files.writeString(folder.resolve("words.json"), "{}");
    assertThatThrownBy(() -> OnnxTextEncoder.open(model))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Cannot load the tokenizer");
  }

  private void assertRefused(String part, String wrong, String message) {
    assertThatThrownBy(() -> open(TextTower.SETTINGS.replace(part, wrong)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  private OnnxTextEncoder open(String settings) throws IOException {
    return OnnxTextEncoder.open(TextTower.write(folder, settings));
  }
}
