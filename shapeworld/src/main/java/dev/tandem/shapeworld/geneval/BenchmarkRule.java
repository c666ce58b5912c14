package dev.tandem.shapeworld.geneval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The benchmark's rule: of every include clause's class at least {@code count} objects, the most
 * confident ones in its colour and position; of every exclude clause's class fewer than {@code
 * count}.
 */
final class BenchmarkRule {
  private final KeptDetections kept;
  private final Reasons reasons = new Reasons();

  /** The objects that satisfy each include clause so far; empty where it failed. */
  private final List<Optional<List<Detection>>> groups = new ArrayList<>();

  private BenchmarkRule(KeptDetections kept) {
    this.kept = kept;
  }

  static Verdict judge(GenEvalMetadata metadata, KeptDetections kept) {
    BenchmarkRule rule = new BenchmarkRule(kept);
    metadata.include().forEach(rule::include);
    metadata.exclude().forEach(rule::exclude);
    return rule.reasons.verdict();
  }

  private void include(Clause clause) {
    List<Detection> all = kept.of(clause.objectClass());
    if (all.size() < clause.count()) {
      reasons.count(clause, ">=", all.size());
      groups.add(Optional.empty());
      return;
    }
    List<Detection> found = all.subList(0, clause.count());
    boolean matched = hasColor(clause, found) && hasPosition(clause, found);
    groups.add(matched ? Optional.of(found) : Optional.empty());
  }

  private boolean hasColor(Clause clause, List<Detection> found) {
    if (clause.color().isEmpty()) {
      return true;
    }
    String asked = clause.color().get();
    if (Reasons.withColor(found, asked) >= clause.count()) {
      return true;
    }
    reasons.color(clause, asked, found);
    return false;
  }

  private boolean hasPosition(Clause clause, List<Detection> found) {
    if (clause.position().isEmpty()) {
      return true;
    }
    Relation asked = clause.position().get().relation();
    Optional<List<Detection>> targets = groups.get(clause.position().get().target());
    if (targets.isEmpty()) {
      reasons.noTarget(clause, asked);
      return false;
    }
    Optional<Set<Relation>> violation = Reasons.firstViolation(found, targets.get(), asked);
    violation.ifPresent(relations -> reasons.position(clause, asked, relations));
    return violation.isEmpty();
  }

  private void exclude(Clause clause) {
    int found = kept.of(clause.objectClass()).size();
    if (found >= clause.count()) {
      reasons.count(clause, "<", found);
    }
  }
}
