package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Scores that models and servers computed, in the table {@code reward_cache} and, the newest of
 * them, in memory: after a restart these are those of the iteration that was broken off.
 */
final class ScoreCache {
  private static final StructType ROW = StructType.fromDDL(Table.REWARD_CACHE.ddl());

  private final Warehouse warehouse;
  private final int largest;
  private final Map<String, KnownScore> known = new HashMap<>();
  private boolean loaded;

  /**
   * @param largest scores that are kept in memory
   */
  ScoreCache(Warehouse warehouse, int largest) {
    this.warehouse = warehouse;
    this.largest = largest;
  }

  /** What is known by {@link ContentKey}; the table is read once. */
  Map<String, KnownScore> known(Collection<String> rewards) {
    if (!loaded) {
      load(rewards);
      loaded = true;
    }
    return Collections.unmodifiableMap(known);
  }

  private void load(Collection<String> rewards) {
    if (warehouse.version(Table.REWARD_CACHE) == 0) {
      return; // created and never written: not worth a look
    }
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

  /** Keeps what was computed just now; nothing is written where that is nothing. */
  void add(List<Score> scores) {
    Timestamp now = Timestamp.from(Instant.now());
    List<Row> rows = new ArrayList<>();
    for (Score score : scores) {
      Score.Keep keep = score.keep();
      if (keep != null && score.value() != null && score.detail() != null) {
        KnownScore computed = new KnownScore(score.value(), score.detail());
        if (known.putIfAbsent(keep.contentKey(), computed) == null) {
          rows.add(row(score, keep, now));
        }
      }
    }
    if (known.size() > 2 * largest) {
      known.clear(); // all of it is in the table; the next restart reads the newest
    }
    if (!rows.isEmpty()) {
      warehouse.append(
          Table.REWARD_CACHE, warehouse.spark().createDataFrame(rows, ROW).coalesce(1));
    }
  }

  private static Row row(Score score, Score.Keep keep, Timestamp now) {
    return RowFactory.create(
        keep.contentKey(),
        score.reward(),
        keep.version(),
        score.value(),
        score.detail(),
        score.runId(),
        score.iteration(),
        score.rolloutId(),
        now);
  }
}
