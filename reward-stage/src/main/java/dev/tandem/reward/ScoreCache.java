package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Scores that models and servers computed, in the table {@code reward_cache} and, the newest of
 * them, in memory: after a restart these are those of the iteration that was broken off.
 */
final class ScoreCache {
  private static final StructType ROW = StructType.fromDDL(Table.REWARD_CACHE.ddl());

  private final Warehouse warehouse;
  private final int largest;
  private final ScoreJournal journal;
  private final Map<String, KnownScore> known = new LinkedHashMap<>();
  private List<KeptScore> left = List.of();
  private boolean loaded;

  /**
   * @param largest scores that are kept in memory
   */
  ScoreCache(Warehouse warehouse, int largest) {
    this.warehouse = warehouse;
    this.largest = largest;
    this.journal = new ScoreJournal(warehouse.path(Table.REWARD_CACHE) + "_journal");
  }

  /** Where tasks write what they computed. */
  ScoreJournal journal() {
    return journal;
  }

  /** What is known by {@link ContentKey}; table and journal are read once. */
  Map<String, KnownScore> known(Collection<String> rewards) {
    if (!loaded) {
      load(rewards);
      loaded = true;
    }
    return Collections.unmodifiableMap(known);
  }

  private void load(Collection<String> rewards) {
    if (warehouse.version(Table.REWARD_CACHE) > 0) { // else created and never written
      warehouse
          .lookUp(Table.REWARD_CACHE)
          .where(col("reward").isInCollection(rewards))
          .orderBy(col("scored_at").desc())
          .limit(largest)
          .select("content_key", "value", "detail")
          .collectAsList()
          .forEach(
              row ->
                  known.putIfAbsent(
                      row.getString(0), new KnownScore(row.getDouble(1), row.getString(2))));
    }
    left =
        journal.read().stream()
            .filter(score -> known.putIfAbsent(score.contentKey(), score.known()) == null)
            .toList();
  }

  /**
   * Keeps an iteration's scores that were computed just now, and what a process that was killed had
   * computed of it. Nothing is written where that is nothing.
   */
  void add(String runId, List<Score> scores) {
    List<KeptScore> computed =
        scores.stream()
            .map(KeptScore::of)
            .flatMap(Optional::stream)
            .filter(score -> known.putIfAbsent(score.contentKey(), score.known()) == null)
            .toList();
    List<KeptScore> ofThisRun = left.stream().filter(s -> s.runId().equals(runId)).toList();
    left = left.stream().filter(score -> !score.runId().equals(runId)).toList();
    List<KeptScore> all = Stream.concat(ofThisRun.stream(), computed.stream()).toList();
    if (all.isEmpty()) {
      return;
    }
    Timestamp now = Timestamp.from(Instant.now());
    List<Row> rows = all.stream().map(score -> score.row(now)).toList();
    warehouse.append(Table.REWARD_CACHE, warehouse.spark().createDataFrame(rows, ROW).coalesce(1));
    journal.delete(runId);
    known.keySet().stream()
        .limit(Math.max(0, known.size() - largest))
        .toList()
        .forEach(known::remove);
  }
}
