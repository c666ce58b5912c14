package dev.tandem.shapeworld.geneval;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Collects why a prompt is not satisfied, in GenEval's words. */
final class Reasons {
  private static final List<String> COLORS =
      List.of(
          "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white");

  private final List<String> lines = new ArrayList<>();

  void count(Clause clause, String comparison, int found) {
    lines.add(
        "expected %s%s%d, found %d"
            .formatted(clause.objectClass(), comparison, clause.count(), found));
  }

  void color(Clause clause, String asked, List<Detection> found) {
    String histogram =
        COLORS.stream()
            .filter(color -> withColor(found, color) > 0)
            .map(color -> withColor(found, color) + " " + color)
            .collect(Collectors.joining(", "));
    lines.add(
        "expected %s %s>=%d, found %d %s; and %s"
            .formatted(
                asked,
                clause.objectClass(),
                clause.count(),
                withColor(found, asked),
                asked,
                histogram));
  }

  void noTarget(Clause clause, Relation asked) {
    lines.add("no target for %s to be %s".formatted(clause.objectClass(), asked.words()));
  }

  void position(Clause clause, Relation asked, Set<Relation> found) {
    String relations = found.stream().map(Relation::words).collect(Collectors.joining(" and "));
    lines.add(
        "expected %s %s target, found %s target"
            .formatted(clause.objectClass(), asked.words(), relations));
  }

  Verdict verdict() {
    return new Verdict(lines.isEmpty(), String.join("\n", lines));
  }

  static int withColor(List<Detection> found, String color) {
    return (int) found.stream().filter(detection -> detection.color().equals(color)).count();
  }

  /** The relations of the first pair that is not in the asked relation, if there is one. */
  static Optional<Set<Relation>> firstViolation(
      List<Detection> objects, List<Detection> targets, Relation asked) {
    for (Detection object : objects) {
      for (Detection target : targets) {
        Set<Relation> relations = object.box().relationsTo(target.box());
        if (!relations.contains(asked)) {
          return Optional.of(relations);
        }
      }
    }
    return Optional.empty();
  }
}
