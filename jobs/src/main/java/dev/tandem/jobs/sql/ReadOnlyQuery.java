package dev.tandem.jobs.sql;

import dev.tandem.schemas.UserError;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.parser.ParseException;

/** Runs statements that read; refuses the others before Spark sees them. */
public final class ReadOnlyQuery {
  private static final Set<String> READING =
      Set.of("select", "with", "values", "table", "from", "show", "describe", "desc", "explain");
  private static final Set<String> WRITING = Set.of("insert", "overwrite", "merge", "update");

  private ReadOnlyQuery() {}

  /**
   * @throws UserError if the statement is not a query or Spark cannot make sense of it
   */
  public static Dataset<Row> run(SparkSession spark, String statement) {
    requireReading(statement);
    try {
      return spark.sql(statement);
    } catch (Exception e) {
      if (e instanceof ParseException || e instanceof AnalysisException) {
        throw new UserError("Cannot run '" + statement + "': " + e.getMessage(), e);
      }
      throw e;
    }
  }

  private static void requireReading(String statement) {
    String[] words = statement.toLowerCase(Locale.ROOT).split("[^a-z_]+");
    String first = words.length > 0 && words[0].isEmpty() && words.length > 1 ? words[1] : words[0];
    boolean reads = READING.contains(first);
    // "from t insert into u ..." and "with x as (...) insert into u ..." read and write.
    boolean writes =
        (first.equals("from") || first.equals("with"))
            && java.util.Arrays.stream(words).anyMatch(WRITING::contains);
    if (!reads || writes) {
      throw new UserError(
          "Cannot run '%s': this command only reads (expected select, with, show or describe)"
              .formatted(statement));
    }
  }
}
