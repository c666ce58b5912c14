package dev.tandem.jobs.evaluation;

import dev.tandem.jobs.config.TandemConfig.Suite;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two evaluations of the same items and seeds, item by item. */
public final class Comparison {
  private final List<Answer> before;
  private final Map<String, Answer> after;

  /**
   * @throws IllegalArgumentException if the evaluations are not over the same items and seeds
   */
  public Comparison(List<Answer> before, List<Answer> after) {
    this.before = List.copyOf(before);
    this.after = after.stream().collect(Collectors.toMap(Answer::key, Function.identity()));
    if (before.size() != after.size()
        || !before.stream().allMatch(answer -> this.after.containsKey(answer.key()))) {
      throw new IllegalArgumentException("Not the same items and seeds before and after");
    }
  }

  /**
   * A line of the table before / after.
   *
   * @param name suite or tag
   * @param items items times seeds
   * @param before share that was strictly right before
   * @param after share that is strictly right after
   * @param auditBefore share that the second detector accepted before; NaN where it was not asked
   * @param auditAfter the same after
   * @param change fixed and broken
   */
  public record Line(
      String name,
      int items,
      double before,
      double after,
      double auditBefore,
      double auditAfter,
      PairedTest change) {

    /** How much larger the share is after. */
    public double gain() {
      return after - before;
    }

    /** Half the width of the gain's 95 % interval. */
    public double gainHalfWidth() {
      return change.halfWidth(items);
    }
  }

  /** An item with what came of it before and after. */
  public record Both(Answer before, Answer after) {}

  /** Each tag of the suite in the order of its first item, then the suite as a whole. */
  public List<Line> lines(Suite suite) {
    Map<String, List<Both>> byTag = new LinkedHashMap<>();
    List<Both> all = of(suite);
    all.forEach(
        both -> byTag.computeIfAbsent(both.before().tag(), tag -> new ArrayList<>()).add(both));
    List<Line> lines = new ArrayList<>();
    byTag.forEach((tag, items) -> lines.add(line(tag, items)));
    if (!all.isEmpty()) {
      lines.add(line("all of " + suite.word(), all));
    }
    return lines;
  }

  /** The suites that were asked for, in their order. */
  public Set<Suite> suites() {
    return before.stream()
        .map(Answer::suite)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Suite.class)));
  }

  /** The line of a suite as a whole. */
  public Line total(Suite suite) {
    return line(suite.word(), of(suite));
  }

  /** The share of a suite's responses that have the form of a plan, before and after. */
  public Shares plans(Suite suite) {
    List<Both> items = of(suite);
    return new Shares(
        share(items, both -> both.before().isPlan()), share(items, both -> both.after().isPlan()));
  }

  /** A share of the items before and after. */
  public record Shares(double before, double after) {}

  /** The items of a suite, in order. */
  public List<Both> of(Suite suite) {
    return before.stream()
        .filter(answer -> answer.suite() == suite)
        .map(answer -> new Both(answer, after(answer)))
        .toList();
  }

  private Answer after(Answer answer) {
    Answer found = after.get(answer.key());
    if (found == null) {
      throw new IllegalStateException("No answer after for " + answer.key());
    }
    return found;
  }

  private static Line line(String name, List<Both> items) {
    int fixed = count(items, both -> !both.before().strict() && both.after().strict());
    int broken = count(items, both -> both.before().strict() && !both.after().strict());
    return new Line(
        name,
        items.size(),
        share(items, both -> both.before().strict()),
        share(items, both -> both.after().strict()),
        auditShare(items, Both::before),
        auditShare(items, Both::after),
        new PairedTest(fixed, broken));
  }

  private static double auditShare(List<Both> items, Function<Both, Answer> side) {
    List<Boolean> verdicts =
        items.stream().flatMap(both -> Stream.ofNullable(side.apply(both).audit())).toList();
    return verdicts.isEmpty()
        ? Double.NaN
        : (double) verdicts.stream().filter(accepted -> accepted).count() / verdicts.size();
  }

  private static double share(List<Both> items, Predicate<Both> holds) {
    return (double) count(items, holds) / items.size();
  }

  private static int count(List<Both> items, Predicate<Both> holds) {
    return (int) items.stream().filter(holds).count();
  }
}
