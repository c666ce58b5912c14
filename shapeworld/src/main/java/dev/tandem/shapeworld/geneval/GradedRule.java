package dev.tandem.shapeworld.geneval;

import java.util.List;

/**
 * The share of a prompt's demands that hold, always in [0, 1], and 1 exactly where the benchmark's
 * rule is satisfied. An include clause makes one demand for its count (at least), one for its
 * colour and one for its position; an exclude clause makes one. Objects that are missing satisfy
 * neither colour nor position; the position is judged whatever the colours. A prompt without
 * demands scores 1.
 */
final class GradedRule {
  private final GenEvalMetadata metadata;
  private final KeptDetections kept;
  private int demands;
  private int satisfied;

  private GradedRule(GenEvalMetadata metadata, KeptDetections kept) {
    this.metadata = metadata;
    this.kept = kept;
  }

  static double score(GenEvalMetadata metadata, KeptDetections kept) {
    GradedRule rule = new GradedRule(metadata, kept);
    metadata.include().forEach(rule::include);
    metadata
        .exclude()
        .forEach(clause -> rule.demand(kept.of(clause.objectClass()).size() < clause.count()));
    return rule.demands == 0 ? 1 : (double) rule.satisfied / rule.demands;
  }

  private void include(Clause clause) {
    demand(isComplete(clause));
    clause
        .color()
        .ifPresent(
            asked ->
                demand(
                    isComplete(clause)
                        && Reasons.withColor(found(clause), asked) >= clause.count()));
    clause
        .position()
        .ifPresent(
            position -> {
              Clause target = metadata.include().get(position.target());
              demand(
                  isComplete(clause)
                      && isComplete(target)
                      && Reasons.firstViolation(found(clause), found(target), position.relation())
                          .isEmpty());
            });
  }

  private void demand(boolean holds) {
    demands++;
    if (holds) {
      satisfied++;
    }
  }

  private boolean isComplete(Clause clause) {
    return kept.of(clause.objectClass()).size() >= clause.count();
  }

  /** The most confident objects, as many as the clause counts; only of a complete clause. */
  private List<Detection> found(Clause clause) {
    return kept.of(clause.objectClass()).subList(0, clause.count());
  }
}
