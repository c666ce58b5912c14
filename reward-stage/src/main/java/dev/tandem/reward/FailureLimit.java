package dev.tandem.reward;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.schemas.UserError;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Stops a run in which too many of the rewards that feed a loss could not be computed. */
final class FailureLimit {
  private static final int REASONS_NAMED = 3;

  private final RewardSettings settings;

  FailureLimit(RewardSettings settings) {
    this.settings = settings;
  }

  private record Reason(String text, long count) {}

  /**
   * @param rewards the iteration's rows of table {@code rewards}
   * @throws UserError if the share of failures is above the limit; names the commonest reasons
   */
  void check(String runId, int iteration, Dataset<Row> rewards) {
    List<Row> counts =
        rewards
            .filter(col("reward").isin(settings.plan().used().toArray()))
            .groupBy("reward", "failure")
            .agg(count(lit(1)).as("rows"))
            .collectAsList();
    long all = counts.stream().mapToLong(row -> row.<Long>getAs("rows")).sum();
    List<Reason> reasons =
        counts.stream()
            .filter(row -> row.getAs("failure") != null)
            .map(
                row ->
                    new Reason(
                        row.getAs("reward") + ": " + row.getAs("failure"), row.getAs("rows")))
            .sorted(Comparator.comparingLong(Reason::count).reversed().thenComparing(Reason::text))
            .toList();
    long failed = reasons.stream().mapToLong(Reason::count).sum();
    if (failed > settings.maxFailedShare() * all) {
      throw new UserError(message(runId, iteration, failed, all, reasons));
    }
  }

  private String message(String runId, int iteration, long failed, long all, List<Reason> reasons) {
    String commonest =
        reasons.stream()
            .limit(REASONS_NAMED)
            .map(reason -> reason.count() + " x " + reason.text())
            .collect(Collectors.joining("; "));
    return "Too many rewards failed in iteration %d of run %s: %d of %d, %.1f %% (expected at most"
            .formatted(iteration, runId, failed, all, 100.0 * failed / all)
        + " max_failed_share = %.1f %%). Commonest reasons: %s"
            .formatted(100 * settings.maxFailedShare(), commonest);
  }
}
