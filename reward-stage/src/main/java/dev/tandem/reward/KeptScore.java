package dev.tandem.reward;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.Serializable;
import java.sql.Timestamp;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * A row of table {@code reward_cache}, but for its time.
 *
 * @param contentKey of {@link ContentKey}
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record KeptScore(
    String contentKey,
    String reward,
    String version,
    double value,
    String detail,
    String runId,
    int iteration,
    String rolloutId)
    implements Serializable {

  /** The score as it is kept; empty if it is not. */
  static Optional<KeptScore> of(Score score) {
    Score.Keep keep = score.keep();
    if (keep == null || score.value() == null || score.detail() == null) {
      return Optional.empty();
    }
    return Optional.of(
        new KeptScore(
            keep.contentKey(),
            score.reward(),
            keep.version(),
            score.value(),
            score.detail(),
            score.runId(),
            score.iteration(),
            score.rolloutId()));
  }

  KnownScore known() {
    return new KnownScore(value, detail);
  }

  /** The row, in the order of the table's columns. */
  Row row(Timestamp scoredAt) {
    return RowFactory.create(
        contentKey, reward, version, value, detail, runId, iteration, rolloutId, scoredAt);
  }
}
