package dev.tandem.reward;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Means and failures of an iteration's rewards, for progress lines, metrics and the limit of
 * failures.
 *
 * @param entries in any order
 */
public record RewardSummary(List<Entry> entries) {

  /** Stands for the tag of samples without one. */
  public static final String UNTAGGED = "untagged";

  public RewardSummary {
    entries = List.copyOf(entries);
  }

  /** The summary of scores in any order. */
  static RewardSummary of(List<Score> scores) {
    Map<Kind, Tally> tallies = new HashMap<>();
    scores.forEach(score -> tallies.merge(Kind.of(score), Tally.of(score), Tally::plus));
    return new RewardSummary(
        tallies.entrySet().stream().map(tally -> tally.getKey().entry(tally.getValue())).toList());
  }

  private record Kind(String stage, String reward, String tag, Optional<String> failure) {

    static Kind of(Score score) {
      return new Kind(
          score.stage(),
          score.reward(),
          score.tagOrUntagged(),
          Optional.ofNullable(score.failure()));
    }

    Entry entry(Tally tally) {
      return new Entry(stage, reward, tag, failure, tally.rollouts(), tally.sum());
    }
  }

  private record Tally(long rollouts, BigDecimal sum) {

    static Tally of(Score score) {
      Double value = score.value();
      return new Tally(1, value == null ? BigDecimal.ZERO : BigDecimal.valueOf(value));
    }

    Tally plus(Tally other) {
      return new Tally(rollouts + other.rollouts, sum.add(other.sum));
    }
  }

  /**
   * Rewards of one name for samples of one tag which all have a value, or all failed for the same
   * reason.
   *
   * @param failure why there is no value; empty if there is one
   * @param rollouts their number
   * @param sum of the values; 0 for failures. Decimal, so that it does not depend on their order
   */
  public record Entry(
      String stage,
      String reward,
      String tag,
      Optional<String> failure,
      long rollouts,
      BigDecimal sum) {

    private boolean isScored() {
      return failure.isEmpty();
    }
  }

  /** The mean over all tags; empty if none was scored. */
  public OptionalDouble mean(String stage, String reward) {
    return mean(
        entries.stream()
            .filter(entry -> entry.stage().equals(stage) && entry.reward().equals(reward))
            .toList());
  }

  private static OptionalDouble mean(List<Entry> entries) {
    List<Entry> scored = entries.stream().filter(Entry::isScored).toList();
    if (scored.isEmpty()) {
      return OptionalDouble.empty();
    }
    BigDecimal sum = scored.stream().map(Entry::sum).reduce(BigDecimal.ZERO, BigDecimal::add);
    return OptionalDouble.of(sum.doubleValue() / scored.stream().mapToLong(Entry::rollouts).sum());
  }

  /** The number of rewards that failed. */
  public long failed() {
    return entries.stream().filter(entry -> !entry.isScored()).mapToLong(Entry::rollouts).sum();
  }

  /**
   * The means as metrics: {@code reward/<stage>/<reward>} over all tags and {@code
   * reward/<stage>/<reward>/<tag>}; where nothing was scored there is none.
   */
  public SortedMap<String, Double> metrics() {
    SortedMap<String, List<Entry>> named = new TreeMap<>();
    named.putAll(
        entries.stream()
            .collect(
                Collectors.groupingBy(
                    entry -> "reward/%s/%s".formatted(entry.stage(), entry.reward()))));
    named.putAll(
        entries.stream()
            .collect(
                Collectors.groupingBy(
                    entry ->
                        "reward/%s/%s/%s".formatted(entry.stage(), entry.reward(), entry.tag()))));
    SortedMap<String, Double> metrics = new TreeMap<>();
    named.forEach((name, group) -> mean(group).ifPresent(mean -> metrics.put(name, mean)));
    return metrics;
  }
}
