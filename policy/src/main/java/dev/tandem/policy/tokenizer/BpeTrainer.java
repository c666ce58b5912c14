package dev.tandem.policy.tokenizer;

import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Learns a byte-level BPE vocabulary (Sennrich et al., arXiv 1508.07909, on bytes as GPT-2 does)
 * from a corpus: the most frequent pair of neighbouring tokens inside words becomes a token, again
 * and again. Ties go to the pair that is first in the order of its tokens, so the result depends on
 * the corpus alone.
 *
 * <p>Every pass counts all pairs of the distinct words anew: simple, and fast enough for the some
 * thousand distinct words of a small corpus.
 */
public final class BpeTrainer {
  private static final Pattern ADDED =
      Pattern.compile(
          Arrays.stream(AddedToken.values())
              .map(token -> Pattern.quote(token.text()))
              .collect(Collectors.joining("|")));

  private BpeTrainer() {}

  /**
   * Learns a vocabulary of at most the given size, the 256 bytes and the added tokens included. It
   * is smaller where the corpus has nothing left to merge: then every word of it is one token.
   * Added tokens in the corpus are left as they are.
   */
  public static BpeVocabulary train(Collection<String> corpus, int vocabularySize) {
    int room = vocabularySize - new BpeVocabulary(List.of()).size();
    if (room < 0) {
      throw new UserError(
          String.format(
              "Invalid vocabulary size: %d (must be at least %d, for all bytes and added tokens)",
              vocabularySize, vocabularySize - room));
    }
    Map<List<String>, Long> words = countWords(corpus);
    List<Merge> merges = new ArrayList<>();
    Set<String> tokens = new HashSet<>();
    while (tokens.size() < room) {
      Optional<Merge> best = mostFrequentPair(words);
      if (best.isEmpty()) {
        break;
      }
      words = apply(best.get(), words);
      merges.add(best.get());
      tokens.add(best.get().merged());
    }
    return new BpeVocabulary(merges);
  }

  private static Map<List<String>, Long> countWords(Collection<String> corpus) {
    Map<String, Long> counts = new TreeMap<>();
    for (String text : corpus) {
      for (String part : ADDED.split(text, -1)) {
        WordSplitter.split(part).forEach(word -> counts.merge(word, 1L, Long::sum));
      }
    }
    Map<List<String>, Long> words = new HashMap<>();
    counts.forEach((word, count) -> words.put(ByteSymbols.of(word), count));
    return words;
  }

  private static Optional<Merge> mostFrequentPair(Map<List<String>, Long> words) {
    Map<Merge, Long> counts = new HashMap<>();
    words.forEach(
        (word, count) -> {
          for (int i = 0; i + 1 < word.size(); i++) {
            counts.merge(new Merge(word.get(i), word.get(i + 1)), count, Long::sum);
          }
        });
    Comparator<Map.Entry<Merge, Long>> byCount = Map.Entry.comparingByValue();
    return counts.entrySet().stream()
        .max(byCount.thenComparing(Map.Entry.<Merge, Long>comparingByKey().reversed()))
        .map(Map.Entry::getKey);
  }

  private static Map<List<String>, Long> apply(Merge merge, Map<List<String>, Long> words) {
    Map<List<String>, Long> merged = new HashMap<>();
    words.forEach((word, count) -> merged.put(apply(merge, word), count));
    return merged;
  }

  private static List<String> apply(Merge merge, List<String> word) {
    List<String> merged = new ArrayList<>();
    for (int i = 0; i < word.size(); i++) {
      boolean matches =
          i + 1 < word.size()
              && word.get(i).equals(merge.left())
              && word.get(i + 1).equals(merge.right());
      merged.add(matches ? merge.merged() : word.get(i));
      i += matches ? 1 : 0;
    }
    return merged;
  }
}
