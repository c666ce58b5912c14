package dev.tandem.pairs;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Passes over the same rows, of which each remembers the one before: {@link Reassigner}. What is
 * remembered, twelve bytes a row, goes through the driver, so that no pass depends on what an
 * executor may lose.
 */
final class LloydPasses implements Function<Centroids, CentroidSums> {
  private final RowBlocks rows;
  private final int count;
  private final PairProgress progress;
  private int passes;
  private @Nullable Centroids previous;
  private @Nullable CentroidSums sums;
  private @Nullable Standings standings;

  /**
   * @param count rows, whose indexes run from 0
   */
  LloydPasses(RowBlocks rows, int count, PairProgress progress) {
    this.rows = rows;
    this.count = count;
    this.progress = progress;
  }

  /** Assigns all rows to the centroids and adds them up. */
  @Override
  public CentroidSums apply(Centroids centroids) {
    Step step = step(centroids);
    LloydPass pass = rows.aggregate(step, LloydPass::over, LloydPass::merge);
    passes++;
    progress.done(
        "pass %d: %d of %d centres had moved"
            .formatted(passes, step.moved().length, centroids.count()));
    previous = centroids;
    standings = pass.standings(count);
    CentroidSums total = sums == null ? pass.sums() : sums.plus(pass.sums());
    sums = total;
    return total;
  }

  /** The step from the last pass to the centroids. */
  Step step(Centroids centroids) {
    return previous == null
        ? Step.first(centroids)
        : new Step(centroids, centroids.movedFrom(previous), standings);
  }
}
