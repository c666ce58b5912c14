package dev.tandem.jobs.command;

import dev.tandem.jobs.spark.JobSession;
import dev.tandem.jobs.sql.ReadOnlyQuery;
import dev.tandem.jobs.sql.SqlScript;
import dev.tandem.jobs.sql.TextTable;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code tandem sql "select ..."}: queries over the tables of a run. */
@Command(
    name = "sql",
    description = {
      "Run SQL queries over the tables of a run and print their results.",
      "Views: every table, and committed_<table> with committed iterations only; over these",
      "reward_by_tag, group_outcomes, reward_failures, worst_groups and reward_drift."
    })
public final class SqlCommand implements Runnable {
  @Parameters(paramLabel = "STATEMENTS", description = "queries, separated by semicolons")
  private String script = "";

  @Option(
      names = "--limit",
      paramLabel = "ROWS",
      defaultValue = "100",
      description = "most rows to print of a result (default: ${DEFAULT-VALUE})")
  private int limit;

  @Mixin private final WarehouseOption warehouse = new WarehouseOption();

  @Override
  public void run() {
    List<String> statements = SqlScript.statements(script);
    if (statements.isEmpty()) {
      throw new UserError("No SQL statement given (expected one or more, separated by ';')");
    }
    String folder = warehouse.existing();
    try (JobSession session = JobSession.start("tandem sql")) {
      Warehouse.open(session.spark(), folder).registerAnalysisViews();
      for (String statement : statements) {
        System.out.println(TextTable.of(ReadOnlyQuery.run(session.spark(), statement), limit));
        System.out.println();
      }
    }
  }
}
