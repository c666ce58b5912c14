package dev.tandem.pairs;

import dev.tandem.pairs.completion.CompletionProgress;
import java.time.Duration;

/** Passes on how far the asking is: as it goes, and for good once a minute and at a phase's end. */
final class AskingProgress implements CompletionProgress {
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final PairProgress progress;
  private long told = System.nanoTime();

  AskingProgress(PairProgress progress) {
    this.progress = progress;
  }

  @Override
  public void asked(String phase, long asked, long all) {
    String line = "%s: %d of %d questions asked".formatted(phase, asked, all);
    if (asked == all || System.nanoTime() - told > BETWEEN_LINES.toNanos()) {
      told = System.nanoTime();
      progress.done("  " + line);
    }
    progress.doing(line);
  }
}
