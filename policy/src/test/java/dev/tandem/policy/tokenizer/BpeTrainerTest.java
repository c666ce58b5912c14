package dev.tandem.policy.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {
  private static final int BYTES_AND_ADDED = 256 + AddedToken.values().length;
  private static final long SHUFFLE_SEED = 7;

  /** "low" 5, "lower" 2, "newest" 6, "widest" 3, the example of arXiv 1508.07909. */
  @Test
  void learnsTheMergesOfThePublishedExample() {
    List<String> corpus = new ArrayList<>();
    corpus.addAll(Collections.nCopies(5, "low"));
    corpus.addAll(Collections.nCopies(2, "lower"));
    corpus.addAll(Collections.nCopies(6, "newest"));
    corpus.addAll(Collections.nCopies(3, "widest"));

    BpeVocabulary vocabulary = BpeTrainer.train(corpus, BYTES_AND_ADDED + 4);

    // es, st and (es)t are met 9 times each, l+o and lo+w 7 times.
    assertThat(vocabulary.merges())
        .containsExactly(
            new Merge("e", "s"), new Merge("es", "t"), new Merge("l", "o"), new Merge("lo", "w"));
  }

  @Test
  void tiesGoToTheFirstPairInOrder() {
    BpeVocabulary vocabulary = BpeTrainer.train(List.of("zy", "ba", "bc"), BYTES_AND_ADDED + 2);

    assertThat(vocabulary.merges()).containsExactly(new Merge("b", "a"), new Merge("b", "c"));
  }

  @Test
  void stopsWhenEveryWordIsOneToken() {
    BpeVocabulary vocabulary = BpeTrainer.train(List.of("a red ring"), 1000);

    assertThat(vocabulary.tokens()).contains("a", "Ġred", "Ġring");
    assertThat(vocabulary.size()).isLessThan(BYTES_AND_ADDED + 10);
  }

  @Test
  void mergesNeverCrossWordsOrAddedTokens() {
    BpeVocabulary vocabulary =
        BpeTrainer.train(Collections.nCopies(3, "<think>ab 12</think>cd"), 1000);

    assertThat(vocabulary.tokens().subList(256, vocabulary.tokens().size()))
        .containsExactlyInAnyOrder("ab", "cd");
  }

  @Test
  void theOrderOfTheCorpusDoesNotMatter() {
    List<String> corpus = new ArrayList<>(TokenizerCorpus.LINES);
    BpeVocabulary expected = BpeTrainer.train(corpus, 400);
    Collections.shuffle(corpus, new Random(SHUFFLE_SEED));

    assertThat(BpeTrainer.train(corpus, 400)).isEqualTo(expected);
  }

  @Test
  void theAlphabetHoldsEveryByteOnce() {
    BpeVocabulary vocabulary = BpeTrainer.train(List.of(), BYTES_AND_ADDED);

    assertThat(vocabulary.tokens()).hasSize(256).doesNotHaveDuplicates().contains("Ġ", "Ċ", "!");
  }

  @Test
  void refusesAVocabularyWithoutRoomForTheBytes() {
    assertThatThrownBy(() -> BpeTrainer.train(List.of("a"), 100))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Invalid vocabulary size: 100 (must be at least " + BYTES_AND_ADDED);
  }
}
