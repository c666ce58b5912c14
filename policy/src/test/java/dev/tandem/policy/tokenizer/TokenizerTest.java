package dev.tandem.policy.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {
  private static final int VOCABULARY = 512;
  private static final int THREADS = 4;
  private static final int ROUNDS = 200;

  @TempDir static Path folder;
  private static BpeVocabulary vocabulary;
  private static Tokenizer tokenizer;

  @BeforeAll
  static void train() {
    vocabulary = BpeTrainer.train(TokenizerCorpus.LINES, VOCABULARY);
    TokenizerJson.write(folder.resolve("tokenizer.json"), vocabulary);
    tokenizer = Tokenizer.load(folder.resolve("tokenizer.json"));
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void everyTrainedWordIsOneTokenWithItsSpace() {
    assertThat(pieces("a photo of three stars"))
        .containsExactly("a", " photo", " of", " three", " stars");
    assertThat(pieces("<think>red circle top left, blue square bottom right</think>"))
        .containsExactly(
            "<think>",
            "red",
            " circle",
            " top",
            " left",
            ",",
            " blue",
            " square",
            " bottom",
            " right",
            "</think>");
  }

  @Test
  void everyOptionIsOneTokenOfItsOwn() {
    assertThat(pieces(" image?\nA. 1\nB. 3"))
        .containsExactly(" image", "?\n", "A", ".", " ", "1", "\n", "B", ".", " ", "3");
    for (String option : List.of("A", "B", "C", "D", "1", "2", "3", "4")) {
      assertThat(tokenizer.encode(option)).hasSize(1);
    }
  }

  @Test
  void addedTokensAreSingleAndSpecialOnesVanishInText() {
    int[] ids = tokenizer.encode("<|im_start|><think>red</think><|vision_start|>x<|im_end|>");

    assertThat(ids)
        .startsWith(tokenizer.bos(), tokenizer.id(AddedToken.THINK_START))
        .contains(tokenizer.id(AddedToken.VISION_START))
        .endsWith(tokenizer.eos());
    assertThat(tokenizer.decode(ids)).isEqualTo("<think>red</think>x");
  }

  @Test
  void idsAreDenseAndAddedTokensLast() {
    assertThat(tokenizer.size()).isEqualTo(vocabulary.size());
    assertThat(tokenizer.id("!")).isZero();
    assertThat(tokenizer.id(AddedToken.THINK_END)).isEqualTo(tokenizer.size() - 1);
    assertThat(tokenizer.id("<think>")).isEqualTo(tokenizer.id(AddedToken.THINK_START));
  }

  @Test
  void emptyTextHasNoTokens() {
    assertThat(tokenizer.encode("")).isEmpty();
    assertThat(tokenizer.decode(new int[0])).isEmpty();
  }

  @Test
  void idsBeyondTheVocabularyAndBrokenBytesDoNotFail() {
    assertThat(tokenizer.decode(new int[] {tokenizer.size() + 5})).isEmpty();
    int[] half = Arrays.copyOf(tokenizer.encode("ä"), 1);
    assertThat(tokenizer.decode(half)).isEqualTo("\uFFFD");
  }

  @Test
  void writesEqualBytesForEqualVocabularies() {
    Path again = folder.resolve("again.json");
    TokenizerJson.write(again, BpeTrainer.train(TokenizerCorpus.LINES, VOCABULARY));

    assertThat(again).hasSameBinaryContentAs(folder.resolve("tokenizer.json"));
  }

  @Test
  void severalThreadsGetTheSameTokens() throws Exception {
    List<String> lines = TokenizerCorpus.LINES;
    List<int[]> expected = lines.stream().map(tokenizer::encode).toList();
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      Callable<Void> work =
          () -> {
            for (int round = 0; round < ROUNDS; round++) {
              int line = round % lines.size();
              assertThat(tokenizer.encode(lines.get(line))).isEqualTo(expected.get(line));
              assertThat(tokenizer.decode(expected.get(line))).isEqualTo(lines.get(line));
            }
            return null;
          };
      for (Future<Void> done :
          pool.invokeAll(IntStream.range(0, THREADS).mapToObj(i -> work).toList())) {
        done.get();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aMissingFileIsNamed() {
    Path missing = folder.resolve("missing.json");
    assertThatThrownBy(() -> Tokenizer.load(missing))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(missing.toString())
        .hasMessageContaining("no such file");
  }

  @Test
  void aFileThatIsNoTokenizerIsRefused() throws IOException {
    Path file = folder.resolve("broken.json");
    for (String content : List.of("", "{", "{}", "[1]", "{\"model\":{\"vocab\":{\"a\":0}}}")) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> Tokenizer.load(file))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void aMissingAddedTokenIsNamed() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(folder.resolve("tokenizer.json").toFile());
    ((ArrayNode) json.get("added_tokens")).remove(0);
    Path file = folder.resolve("poor.json");
    mapper.writeValue(file.toFile(), json);

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("<|im_start|>");
  }

  private static List<String> pieces(String text) {
    return Arrays.stream(tokenizer.encode(text))
        .mapToObj(id -> tokenizer.decode(new int[] {id}))
        .toList();
  }
}
