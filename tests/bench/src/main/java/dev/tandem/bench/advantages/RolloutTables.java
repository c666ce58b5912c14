package dev.tandem.bench.advantages;

import static org.apache.spark.sql.functions.col;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Writes rollouts of one iteration, their rewards and their pairs. A value depends on its row's
 * number only. Half the groups answer questions (rewards 0 and 1), half draw (rewards in
 * thousandths); one reward in a hundred failed.
 */
final class RolloutTables {
  static final String RUN = "run";
  static final int ITERATION = 1;

  private static final int PAIRS = 50_000;
  private static final int FILES = 8;

  private final Warehouse warehouse;
  private final long rollouts;
  private final int group;

  RolloutTables(Warehouse warehouse, long rollouts, int group) {
    this.warehouse = warehouse;
    this.rollouts = rollouts;
    this.group = group;
  }

  void write() {
    warehouse.replaceWhere(Table.PAIRS, "true", pairs().coalesce(1));
    warehouse.replace(Table.ROLLOUTS, RUN, ITERATION, rollouts());
    // As the stage writes them: in no order that tells the groups.
    warehouse.replace(
        Table.REWARDS, RUN, ITERATION, rewards().repartition(FILES, col("rollout_id")));
  }

  private Dataset<Row> pairs() {
    return warehouse
        .spark()
        .range(PAIRS)
        .selectExpr(
            id("pair", "id"),
            "'build' build_id",
            "'sample' generation_sample_id",
            "'sample' understanding_sample_id",
            "'retrieved' pair_type",
            "0.5d similarity",
            "0.5d + pmod(xxhash64(id, 1), 1000) / 2000d weight");
  }

  private Dataset<Row> rollouts() {
    return numbers()
        .selectExpr(
            "'run' run_id",
            "1 iteration",
            id("rollout", "id"),
            "if(g % 2 = 0, 'understand', 'reason') stage",
            id("pair", "pmod(xxhash64(g, 2), " + PAIRS + ")"),
            id("group", "g"),
            "int(id % " + group + ") sample_index",
            "'sample' sample_id",
            "'A prompt.' prompt",
            "array(1, 2) token_ids",
            "array(-0.5f, -0.5f) token_logprobs",
            "1L seed",
            "'version' policy_version",
            "'driver' executor",
            "'cpu' device",
            "map('decode', 1d) timings");
  }

  private Dataset<Row> rewards() {
    return numbers()
        .selectExpr("*", "pmod(xxhash64(id, 3), 100) = 0 failed")
        .selectExpr(
            "'run' run_id",
            "1 iteration",
            id("rollout", "id"),
            id("group", "g"),
            "if(g % 2 = 0, 'accuracy', 'geneval_graded') reward",
            "if(failed, null, if(g % 2 = 0, pmod(xxhash64(id, 4), 2) / 1d,"
                + " pmod(xxhash64(id, 4), 1001) / 1000d)) value",
            "if(failed, 'timeout', null) failure_kind",
            "if(failed, 'no answer in time', null) failure",
            "1d latency_millis",
            "1 attempt",
            "false cached");
  }

  private Dataset<Row> numbers() {
    return warehouse
        .spark()
        .range(0, rollouts, 1, FILES)
        .selectExpr("id", "id div " + group + " g");
  }

  /** An identifier of 20 hexadecimal digits, as real ones are. */
  private static String id(String kind, String number) {
    return "left(sha2(concat('%1$s ', %2$s), 256), 20) %1$s_id".formatted(kind, number);
  }
}
