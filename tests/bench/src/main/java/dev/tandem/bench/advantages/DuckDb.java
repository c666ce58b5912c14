package dev.tandem.bench.advantages;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** DuckDB, on two threads: the same rows from the same files. */
final class DuckDb implements AutoCloseable {
  private static final String QUERY =
      """
      with scored as (
        select r.run_id, r.iteration, r.rollout_id, r.group_id, r.pair_id, r.stage, r.sample_index,
               w.value, p.weight
        from read_parquet('%1$s/rollouts/*/*/*.parquet', hive_partitioning = true) r
             left join read_parquet('%1$s/rewards/*/*/*.parquet', hive_partitioning = true) w
               on r.rollout_id = w.rollout_id
               and w.reward = if(r.stage = 'reason', 'geneval_graded', 'accuracy')
             join read_parquet('%1$s/pairs/*.parquet') p on r.pair_id = p.pair_id
      ), groups as (
        select group_id, avg(value) mean, stddev_samp(value) std, count(value)::int size,
               max(value) > min(value) varies
        from scored group by group_id
      )
      select run_id, iteration, rollout_id, s.group_id, pair_id, stage, sample_index,
             value text_reward, if(stage = 'reason', value, null) image_reward,
             mean group_mean, std group_std, size group_size,
             if(value is null, null, if(varies, (value - mean) / (std + 1e-4), 0)) * weight
               text_advantage,
             if(stage = 'reason', text_advantage, null) image_advantage,
             weight pair_weight,
             case when value is null then 'reward_failed' when size < 2 then 'group_too_small' end
               drop_reason,
             drop_reason is null kept
      from scored s join groups g on s.group_id = g.group_id""";

  /** Sums of at most 16 numbers up to 1, divided by a deviation of at least 1e-4. */
  private static final String ROUNDING = "1e-9";

  private final Connection connection;

  DuckDb(Path temporary) throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    execute("set threads = 2");
    execute("set memory_limit = '6GB'");
    execute("set preserve_insertion_order = false"); // faster, and nobody asks for an order
    execute("set temp_directory = '" + temporary + "'");
  }

  /** Computes the advantages of the warehouse's rollouts and writes them to one file. */
  void advantages(Path warehouse, Path file) throws SQLException {
    execute(
        "copy (%s) to '%s' (format parquet, compression snappy)"
            .formatted(QUERY.formatted(warehouse), file));
  }

  /**
   * The number of rows of ours that theirs do not have within rounding, and the other way round.
   */
  long differences(Path ours, Path theirs) throws SQLException {
    String same =
        "o.kept = t.kept and o.drop_reason is not distinct from t.drop_reason"
            + " and o.group_size = t.group_size and o.sample_index = t.sample_index";
    for (String column :
        new String[] {
          "text_reward",
          "image_reward",
          "group_mean",
          "group_std",
          "text_advantage",
          "image_advantage",
          "pair_weight"
        }) {
      same +=
          " and ((o.%1$s is null and t.%1$s is null) or abs(o.%1$s - t.%1$s) <= %2$s)"
              .formatted(column, ROUNDING);
    }
    String query =
        """
        select count(*) filter (where not coalesce(%s, false))
        from read_parquet('%s/*.parquet') o full join read_parquet('%s') t
          on o.rollout_id = t.rollout_id"""
            .formatted(same, ours, theirs);
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
