package dev.tandem.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.tokenizer.BpeTrainer;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.tokenizer.TokenizerJson;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Demonstration;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.QuestionKind;
import dev.tandem.shapeworld.Scene;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundled policy's vocabulary reads ShapeWorld word by word. */
class ShapeWorldVocabularyTest {
  private static final int VOCABULARY = 512;
  private static final int TEXTS = 2000;
  private static final Pattern WORD = Pattern.compile(" ?[A-Za-z]+|[0-9]");

  @TempDir Path folder;

  @Test
  void everyWordLetterAndDigitOfShapeWorldIsOneToken() {
    Path file = folder.resolve("tokenizer.json");
    TokenizerJson.write(file, BpeTrainer.train(texts(RandomKey.of(1)), VOCABULARY));

    try (Tokenizer tokenizer = Tokenizer.load(file)) {
      Set<String> words = words(texts(RandomKey.of(2)));
      assertThat(words).contains("A", "D", "1", " triangles", " left");
      assertThat(words).allSatisfy(word -> assertThat(tokenizer.encode(word)).hasSize(1));
    }
  }

  private static List<String> texts(RandomKey key) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < TEXTS; i++) {
      CounterRandom random = key.with(i).random();
      PromptTask task = PromptTask.draw(random);
      texts.add(task.prompt());
      texts.add(Demonstration.draw(task, random).plan().text());
      texts.add(QuestionKind.drawQuestion(Scene.draw(random), random).text());
    }
    return texts;
  }

  private static Set<String> words(List<String> texts) {
    Set<String> words = new TreeSet<>();
    for (String text : texts) {
      String plain = text.replace("<think>", "").replace("</think>", "");
      WORD.matcher(plain).results().map(MatchResult::group).forEach(words::add);
    }
    return words;
  }
}
