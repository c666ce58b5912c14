package dev.tandem.pairs.imports;

import java.util.Map;
import java.util.SortedMap;

/**
 * What an import found. {@code lines = sum(samplesBySide) + duplicates + bad()}.
 *
 * @param files JSONL files read
 * @param lines lines read, blank ones not counted
 * @param samplesBySide different usable samples by side
 * @param added samples that were not in the table before
 * @param duplicates lines that repeat an earlier line of the same file
 * @param badByReason unusable lines by reason, each in table {@code quarantine}
 */
public record ImportResult(
    int files,
    long lines,
    SortedMap<Side, Long> samplesBySide,
    long added,
    long duplicates,
    SortedMap<Reason, Long> badByReason) {

  /** Different usable samples. */
  public long samples() {
    return sum(samplesBySide);
  }

  /** Unusable lines. */
  public long bad() {
    return sum(badByReason);
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
