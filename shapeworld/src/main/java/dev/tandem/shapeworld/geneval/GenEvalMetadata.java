package dev.tandem.shapeworld.geneval;

import java.util.List;
import java.util.Optional;

/**
 * What a prompt asks for, as GenEval's metadata states it.
 *
 * @param tag the template's word; the rules look at it only to tell {@code counting} from the rest
 * @param include all of these must hold
 * @param exclude none of these may hold
 */
public record GenEvalMetadata(String tag, List<Clause> include, List<Clause> exclude) {
  public GenEvalMetadata {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    for (int i = 0; i < include.size(); i++) {
      Optional<Integer> target = include.get(i).position().map(Clause.Position::target);
      if (target.isPresent() && (target.get() < 0 || target.get() >= i)) {
        throw new IllegalArgumentException(
            "Invalid position target: clause %d refers to clause %d (must be an earlier one)"
                .formatted(i, target.get()));
      }
    }
  }
}
