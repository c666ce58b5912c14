package dev.tandem.reward;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Columns to add to rows in passes: those of one pass may look at those of the passes before it.
 * Each pass is one query over the last, however many columns it has, because analysing a query
 * costs more than running it where an iteration is small.
 */
final class Passes {
  private final List<Map<String, Column>> passes = new ArrayList<>();

  /** The number of the first pass that has no columns yet. */
  int next() {
    return passes.size();
  }

  /** Adds a column to a pass. */
  void add(int pass, String name, Column column) {
    while (passes.size() <= pass) {
      passes.add(new LinkedHashMap<>());
    }
    passes.get(pass).put(name, column);
  }

  /** The rows with all columns. */
  Dataset<Row> addTo(Dataset<Row> rows) {
    Dataset<Row> result = rows;
    for (Map<String, Column> pass : passes) {
      result = result.withColumns(pass);
    }
    return result;
  }
}
