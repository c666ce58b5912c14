package dev.tandem.pairs.imports;

import static org.apache.spark.sql.functions.col;

import dev.tandem.schemas.UserError;
import java.util.Collections;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How many lines were read, and how many of them cannot be used.
 *
 * @param lines lines read, blank ones not counted
 * @param badByReason unusable ones by reason
 */
record ImportSummary(long lines, SortedMap<Reason, Long> badByReason) {
  private static final int REASONS_SHOWN = 3;

  static ImportSummary of(Dataset<Row> outcomes) {
    long lines = 0;
    SortedMap<Reason, Long> bad = new TreeMap<>();
    for (Row row : outcomes.groupBy(col("bad_kind")).count().collectAsList()) {
      lines += row.getLong(1);
      if (!row.isNullAt(0)) {
        bad.put(Reason.valueOf(row.getString(0)), row.getLong(1));
      }
    }
    return new ImportSummary(lines, Collections.unmodifiableSortedMap(bad));
  }

  long bad() {
    return badByReason.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Fails with a user error if there is nothing to import or too much of it is bad. */
  void requireUsable(ImportConfig config) {
    if (lines == 0) {
      throw new UserError(
          "Cannot import %s: its .jsonl files hold no line (expected one JSON object per line)"
              .formatted(config.dataFolder()));
    }
    double share = (double) bad() / lines;
    if (share > config.maxBadShare()) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "Import of %s stopped: %d of %d lines (%.1f %%) cannot be used, the limit is %.1f %%."
                  + " Commonest reasons: %s. Each line is in table quarantine with its reason and"
                  + " text (select source, row, reason from quarantine where job = 'import')."
                  + " Mend or remove these lines, or raise data.max_bad_share, and import again.",
              config.dataFolder(),
              bad(),
              lines,
              100 * share,
              100 * config.maxBadShare(),
              commonest()));
    }
  }

  private String commonest() {
    return badByReason.entrySet().stream()
        .sorted(Map.Entry.<Reason, Long>comparingByValue(Comparator.reverseOrder()))
        .limit(REASONS_SHOWN)
        .map(entry -> entry.getKey().label() + " " + entry.getValue())
        .collect(Collectors.joining(", "));
  }
}
