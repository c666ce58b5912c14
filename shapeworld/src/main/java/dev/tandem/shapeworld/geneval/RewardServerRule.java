package dev.tandem.shapeworld.geneval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The rule of the reward server that Flow-GRPO and R3 trained with, its quirks included: counts
 * must be exact, exclude clauses are ignored, each count and colour is scored by its relative error
 * (negative when far too many are found), a wrong count adds one zero for colour and position
 * together, and a failed position adds a zero and a one.
 */
final class RewardServerRule {
  private final KeptDetections kept;
  private final Reasons reasons = new Reasons();
  private final List<Optional<List<Detection>>> groups = new ArrayList<>();
  private double sum;
  private int terms;

  private RewardServerRule(KeptDetections kept) {
    this.kept = kept;
  }

  static RewardServerScore score(GenEvalMetadata metadata, KeptDetections kept) {
    RewardServerRule rule = new RewardServerRule(kept);
    metadata.include().forEach(rule::include);
    double score = rule.terms == 0 ? 0 : rule.sum / rule.terms;
    return new RewardServerScore(score, rule.reasons.verdict());
  }

  private void include(Clause clause) {
    List<Detection> found = kept.of(clause.objectClass());
    add(closeness(clause.count(), found.size()));
    boolean matched =
        hasCount(clause, found) && hasColor(clause, found) && hasPosition(clause, found);
    groups.add(matched ? Optional.of(found) : Optional.empty());
  }

  private boolean hasCount(Clause clause, List<Detection> found) {
    if (found.size() == clause.count()) {
      return true;
    }
    reasons.count(clause, "==", found.size());
    if (clause.color().isPresent() || clause.position().isPresent()) {
      add(0);
    }
    return false;
  }

  private boolean hasColor(Clause clause, List<Detection> found) {
    if (clause.color().isEmpty()) {
      return true;
    }
    String asked = clause.color().get();
    int right = Reasons.withColor(found, asked);
    add(closeness(clause.count(), right));
    if (right == clause.count()) {
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
      add(0);
      return false;
    }
    Optional<Set<Relation>> violation = Reasons.firstViolation(found, targets.get(), asked);
    violation.ifPresent(
        relations -> {
          reasons.position(clause, asked, relations);
          add(0);
        });
    add(1);
    return violation.isEmpty();
  }

  private void add(double term) {
    sum += term;
    terms++;
  }

  private static double closeness(int asked, int found) {
    return 1 - (double) Math.abs(asked - found) / asked;
  }
}
