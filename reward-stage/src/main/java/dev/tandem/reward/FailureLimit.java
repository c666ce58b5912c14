package dev.tandem.reward;

import dev.tandem.schemas.UserError;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Stops a run in which too many of the rewards that feed a loss could not be computed. */
final class FailureLimit {
  private static final int REASONS_NAMED = 3;

  private final RewardSettings settings;

  FailureLimit(RewardSettings settings) {
    this.settings = settings;
  }

  /**
   * @param text the same for the same cause
   * @param example one failure of this cause, as it was met
   */
  private record Reason(String text, String example, long count) {

    static Reason of(RewardSummary.Entry entry) {
      String cause = entry.failure().orElseThrow();
      return new Reason(
          entry.reward() + ": " + cause, entry.example().orElse(cause), entry.rollouts());
    }

    Reason plus(Reason other) {
      String least = example.compareTo(other.example) <= 0 ? example : other.example;
      return new Reason(text, least, count + other.count);
    }

    String words() {
      return text.endsWith(example)
          ? "%d x %s".formatted(count, text)
          : "%d x %s (%s)".formatted(count, text, example);
    }
  }

  /**
   * @throws UserError if the share of failures is above the limit; names the commonest reasons
   */
  void check(String runId, int iteration, RewardSummary rewards) {
    Set<String> used = Set.copyOf(settings.plan().used());
    List<RewardSummary.Entry> entries =
        rewards.entries().stream().filter(entry -> used.contains(entry.reward())).toList();
    long all = entries.stream().mapToLong(RewardSummary.Entry::rollouts).sum();
    List<Reason> reasons = reasons(entries);
    long failed = reasons.stream().mapToLong(Reason::count).sum();
    if (failed > settings.maxFailedShare() * all) {
      throw new UserError(message(runId, iteration, failed, all, reasons));
    }
  }

  /** The commonest first. */
  private static List<Reason> reasons(List<RewardSummary.Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.failure().isPresent())
        .map(Reason::of)
        .collect(Collectors.toMap(Reason::text, reason -> reason, Reason::plus))
        .values()
        .stream()
        .sorted(Comparator.comparingLong(Reason::count).reversed().thenComparing(Reason::text))
        .toList();
  }

  private String message(String runId, int iteration, long failed, long all, List<Reason> reasons) {
    String commonest =
        reasons.stream().limit(REASONS_NAMED).map(Reason::words).collect(Collectors.joining("; "));
    return "Too many rewards failed in iteration %d of run %s: %d of %d, %.1f %% (expected at most"
            .formatted(iteration, runId, failed, all, 100.0 * failed / all)
        + " max_failed_share = %.1f %%). Commonest reasons: %s"
            .formatted(100 * settings.maxFailedShare(), commonest)
        + ". Nothing is lost: all scores and failures are in table rewards. Mend the cause, or raise"
        + " reward.max_failed_share, and run the same command again; it scores what was sampled.";
  }
}
