package dev.tandem.jobs.report;

import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.evaluation.Comparison;
import dev.tandem.jobs.evaluation.PairedTest;
import dev.tandem.jobs.sql.TextTable;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;

/** The end of a run on the console, and its picture. */
public final class Report {
  private static final int QUERY_ROWS = 24;

  /**
   * A question that the tables answer.
   *
   * @param title what it asks
   * @param sql how
   */
  private record Query(String title, String sql) {}

  private static final List<Query> QUERIES =
      List.of(
          new Query(
              "Every rollout is there once",
              "select count(*), count(distinct rollout_id) from committed_rollouts"),
          new Query(
              "How the mean reward of each task moved",
              """
              select s.tag, round(avg(case when b.iteration <= 3 then b.text_reward end), 3) first_three,
                     round(avg(case when b.iteration > newest.i - 3 then b.text_reward end), 3) last_three,
                     count(*) rollouts
              from committed_batches b join committed_rollouts r using (rollout_id)
                   join samples s using (sample_id)
                   cross join (select max(iteration) i from iterations) newest
              group by s.tag order by s.tag"""),
          new Query(
              "The plans with the largest advantages, and the policy that wrote them",
              """
              select b.iteration, substr(r.policy_version, 1, 8) policy, r.prompt, r.text plan,
                     round(b.text_reward, 2) reward, round(b.text_advantage, 2) advantage
              from committed_batches b join committed_rollouts r using (rollout_id)
              where b.stage = 'reason' and b.kept
              order by abs(b.text_advantage) desc, rollout_id limit 6"""));

  private final PrintStream out;

  public Report(PrintStream out) {
    this.out = out;
  }

  /** Prints the table before / after of every suite with the paired test over its items. */
  public void printComparison(Comparison comparison) {
    List<List<String>> rows = new ArrayList<>();
    for (Suite suite : comparison.suites()) {
      comparison.lines(suite).forEach(line -> rows.add(cells(line)));
    }
    out.println("Held-out prompts and questions, the same prompts and seeds before and after.");
    out.println(
        "Strict score; gain with its 95 % interval; p: McNemar's exact test; audit: score by the second detector.");
    out.println();
    out.println(
        TextTable.of(
            List.of(
                "task",
                "pairs",
                "before",
                "after",
                "gain",
                "fixed",
                "broken",
                "p",
                "audit before",
                "audit after"),
            rows));
    out.println();
    for (Suite suite : comparison.suites()) {
      if (suite == Suite.GENEVAL || suite == Suite.GENEVAL_GREEDY) {
        Comparison.Shares plans = comparison.plans(suite);
        out.printf(
            Locale.ROOT,
            "Well-formed plans, %s: %.3f before, %.3f after%n",
            suite.word(),
            plans.before(),
            plans.after());
      }
    }
    out.println();
  }

  private static List<String> cells(Comparison.Line line) {
    PairedTest change = line.change();
    return List.of(
        line.name(),
        Integer.toString(line.items()),
        share(line.before()),
        share(line.after()),
        String.format(Locale.ROOT, "%+.3f ± %.3f", line.gain(), line.gainHalfWidth()),
        Integer.toString(change.fixed()),
        Integer.toString(change.broken()),
        String.format(Locale.ROOT, "%.2g", change.probability()),
        share(line.auditBefore()),
        share(line.auditAfter()));
  }

  private static String share(double share) {
    return Double.isNaN(share) ? "" : String.format(Locale.ROOT, "%.3f", share);
  }

  /** Writes samples before and after as one picture. */
  public void writePicture(Comparison comparison, Path file) {
    PictureSheet sheet = new PictureSheet(comparison);
    sheet.write(file);
    out.println("Picture, samples before and after: " + file);
    if (!sheet.captioned()) {
      out.println("(without captions: this machine has no font)");
    }
  }

  /** Runs three queries over the tables and prints them with their results. */
  public void printQueries(SparkSession spark) {
    for (Query query : QUERIES) {
      out.println();
      out.println(query.title());
      out.println("  " + query.sql().replace("\n", "\n  "));
      out.println();
      out.println(TextTable.of(spark.sql(query.sql()), QUERY_ROWS));
    }
  }
}
