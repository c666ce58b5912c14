package dev.tandem.reward;

import dev.tandem.reward.RewardPlan.StageRewards;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * Computes the advantages of many golden cases with one query for each kind of settings: a case is
 * a stage of its own, so that no statistics cross cases.
 */
final class GoldenAdvantages {
  private final Map<AdvantageSettings, Query> queries = new LinkedHashMap<>();

  private static final class Query {
    final GroupRows rows = new GroupRows();
    final Map<String, StageRewards> plan = new LinkedHashMap<>();
  }

  /** Where the groups of a case go. */
  GroupRows add(String stage, StageRewards rewards, AdvantageSettings settings) {
    Query query = queries.computeIfAbsent(settings, key -> new Query());
    query.plan.put(stage, rewards);
    return query.rows;
  }

  /** The rows of table batches by stage, sorted by pair and sample index. */
  Map<String, List<Row>> compute() {
    List<Row> all = new ArrayList<>();
    queries.forEach(
        (settings, query) -> all.addAll(query.rows.batches(RewardPlan.of(query.plan), settings)));
    return all.stream().collect(Collectors.groupingBy(row -> row.<String>getAs("stage")));
  }
}
