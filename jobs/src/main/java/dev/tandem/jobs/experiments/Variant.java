package dev.tandem.jobs.experiments;

import java.util.List;

/**
 * One way of doing what an experiment compares.
 *
 * @param name short, part of the names of its runs
 * @param assignments {@code key=value} that differ from the experiment's common settings
 */
public record Variant(String name, List<String> assignments) {
  public Variant {
    assignments = List.copyOf(assignments);
  }

  static Variant of(String name, String... assignments) {
    return new Variant(name, List.of(assignments));
  }
}
