package dev.tandem.reward;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.CollectionAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Counts the rows of {@link RewardScorer} while they are written, which saves reading them again.
 * It belongs behind the last shuffle: Spark counts every task that writes exactly once, however
 * often it ran, which it does not promise of earlier ones.
 */
final class RewardTally implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final CollectionAccumulator<HashMap<Kind, Tally>> counted;

  private RewardTally(CollectionAccumulator<HashMap<Kind, Tally>> counted) {
    this.counted = counted;
  }

  /** One that has counted nothing yet. */
  static RewardTally create(SparkContext spark) {
    return new RewardTally(spark.collectionAccumulator());
  }

  private record Kind(String stage, String reward, String tag, @Nullable String failure)
      implements Serializable {

    static Kind of(Row row) {
      return new Kind(
          row.getAs("stage"),
          row.getAs("reward"),
          Optional.<String>ofNullable(row.getAs("tag")).orElse(RewardSummary.UNTAGGED),
          row.getAs("failure"));
    }
  }

  private record Tally(long rollouts, BigDecimal sum) implements Serializable {

    static Tally of(Row row) {
      Double value = row.getAs("value");
      return new Tally(1, value == null ? BigDecimal.ZERO : BigDecimal.valueOf(value));
    }

    Tally plus(Tally other) {
      return new Tally(rollouts + other.rollouts, sum.add(other.sum));
    }
  }

  /** The same rows; they count when the last one was taken. */
  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    HashMap<Kind, Tally> tallies = new HashMap<>();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (rows.hasNext()) {
          return true;
        }
        if (!tallies.isEmpty()) {
          counted.add(new HashMap<>(tallies));
          tallies.clear();
        }
        return false;
      }

      @Override
      public Row next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Row row = rows.next();
        tallies.merge(Kind.of(row), Tally.of(row), Tally::plus);
        return row;
      }
    };
  }

  /** What was written; complete once the job that wrote has ended. */
  RewardSummary summary() {
    Map<Kind, Tally> all = new HashMap<>();
    for (Map<Kind, Tally> task : counted.value()) {
      task.forEach((kind, tally) -> all.merge(kind, tally, Tally::plus));
    }
    return new RewardSummary(
        all.entrySet().stream().map(entry -> entry(entry.getKey(), entry.getValue())).toList());
  }

  private static RewardSummary.Entry entry(Kind kind, Tally tally) {
    return new RewardSummary.Entry(
        kind.stage(),
        kind.reward(),
        kind.tag(),
        Optional.ofNullable(kind.failure()),
        tally.rollouts(),
        tally.sum());
  }
}
