package dev.tandem.schemas;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All facts about one table.
 *
 * @param comment what a row is
 * @param columns in the order of the table
 * @param key names of the columns that identify a row
 * @param partitionBy names of the columns that files are split by, outermost first
 * @param checks SQL predicates that hold for every row, by constraint name
 */
record TableDefinition(
    String comment,
    List<Column> columns,
    List<String> key,
    List<String> partitionBy,
    Map<String, String> checks) {

  static Builder of(String comment) {
    return new Builder(comment);
  }

  /** A table whose rows belong to one iteration of one run. */
  static Builder ofIteration(String comment) {
    return new Builder(comment)
        .required("run_id", "STRING", "The training run")
        .required("iteration", "INT", "Iteration of the run, from 1; 0 is the state before it")
        .partitionBy("run_id", "iteration")
        .check("iteration_not_negative", "iteration >= 0");
  }

  static final class Builder {
    private final String comment;
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, String> checks = new LinkedHashMap<>();
    private List<String> key = List.of();
    private List<String> partitionBy = List.of();

    private Builder(String comment) {
      this.comment = comment;
    }

    Builder required(String name, String type, String comment) {
      columns.add(new Column(name, type, false, comment));
      return this;
    }

    Builder optional(String name, String type, String comment) {
      columns.add(new Column(name, type, true, comment));
      return this;
    }

    Builder key(String... names) {
      key = List.of(names);
      return this;
    }

    Builder partitionBy(String... names) {
      partitionBy = List.of(names);
      return this;
    }

    Builder check(String name, String predicate) {
      checks.put(name, predicate);
      return this;
    }

    TableDefinition build() {
      return new TableDefinition(
          comment,
          List.copyOf(columns),
          key,
          partitionBy,
          Collections.unmodifiableMap(new LinkedHashMap<>(checks)));
    }
  }
}
