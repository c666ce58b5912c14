package dev.tandem.policy.tokenizer;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A byte-level BPE vocabulary: the 256 byte symbols, then what the merges make, in the order in
 * which they were learned (two merges may make the same token), then the {@link AddedToken}s.
 *
 * @param merges learned merges, the most important first
 */
public record BpeVocabulary(List<Merge> merges) {
  public BpeVocabulary {
    merges = List.copyOf(merges);
  }

  /** Number of tokens, the added ones included. */
  public int size() {
    return tokens().size() + AddedToken.values().length;
  }

  /** All tokens but the added ones, by id, written in byte symbols. */
  List<String> tokens() {
    Set<String> tokens = new LinkedHashSet<>(ByteSymbols.alphabet());
    merges.stream().map(Merge::merged).forEach(tokens::add);
    return List.copyOf(tokens);
  }
}
