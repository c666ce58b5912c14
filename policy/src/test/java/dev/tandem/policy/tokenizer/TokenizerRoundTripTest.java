package dev.tandem.policy.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class TokenizerRoundTripTest {
  private static final int TRIES = 300;

  private static Path file;
  private static Tokenizer tokenizer;

  @BeforeContainer
  static void train() throws IOException {
    file = Files.createTempFile("tokenizer", ".json");
    TokenizerJson.write(file, BpeTrainer.train(TokenizerCorpus.LINES, 320));
    tokenizer = Tokenizer.load(file);
  }

  @AfterContainer
  static void close() throws IOException {
    tokenizer.close();
    Files.delete(file);
  }

  @Property(tries = TRIES)
  void anyTextComesBackExactly(@ForAll("texts") String text) {
    assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
  }

  @Property(tries = TRIES)
  void anyCharsComeBackAsTheTextThatTheyAre(@ForAll String chars) {
    // Encoding as UTF-8 replaces unpaired surrogates by a question mark, the tokenizer by U+FFFD.
    String text = new String(chars.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    Assume.that(!text.contains("?") && !chars.contains("\uFFFD"));
    assertThat(tokenizer.decode(tokenizer.encode(chars)).replace("\uFFFD", "?")).isEqualTo(text);
  }

  @Property(tries = TRIES)
  void everyTokenIsInTheVocabulary(@ForAll("texts") String text) {
    assertThat(Arrays.stream(tokenizer.encode(text)))
        .allMatch(id -> id >= 0 && id < tokenizer.size());
  }

  /** Strings of any Unicode scalar values, with many spaces, line ends and corpus words. */
  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> scalar =
        Arbitraries.integers()
            .between(0, Character.MAX_CODE_POINT)
            .filter(point -> point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE)
            .map(Character::toString);
    Arbitrary<String> common =
        Arbitraries.of(
            List.of(
                " ",
                "\n",
                "\r\n",
                "\t",
                "\u0000",
                "\u00A0",
                "e\u0301",
                "red",
                " circle",
                "<think>",
                "</think>",
                "'s",
                "'",
                "1",
                ".",
                "é",
                "😀",
                "漢"));
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(1, scalar), net.jqwik.api.Tuple.of(2, common))
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join("", parts));
  }
}
