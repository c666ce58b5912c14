package dev.tandem.schemas.warehouse;

import java.util.Locale;

/**
 * Views for people who look at runs in SQL. They read committed iterations only; docs/sql.md shows
 * each with an example.
 */
public enum AnalysisView {
  REWARD_BY_TAG(
      "How each reward does by task: one row per iteration, stage, tag and reward",
      """
      SELECT run_id, iteration, r.stage, s.tag, w.reward,
        count(*) AS rollouts, count(w.value) AS scored,
        avg(w.value) AS mean, stddev_samp(w.value) AS std
      FROM committed_rewards w
      JOIN committed_rollouts r USING (run_id, iteration, rollout_id)
      LEFT JOIN samples s USING (sample_id)
      GROUP BY run_id, iteration, r.stage, s.tag, w.reward"""),

  GROUP_OUTCOMES(
      "What each group can teach: outcome is all_wrong (equal rewards, none above 0), all_equal"
          + " (equal rewards above 0), mixed, or unscored",
      """
      SELECT run_id, iteration, stage, group_id, first(pair_id) AS pair_id,
        count(*) AS rollouts, count(reward) AS scored, count_if(kept) AS kept,
        min(reward) AS least, avg(reward) AS mean, max(reward) AS greatest,
        CASE
          WHEN count(reward) = 0 THEN 'unscored'
          WHEN min(reward) < max(reward) THEN 'mixed'
          WHEN max(reward) <= 0 THEN 'all_wrong'
          ELSE 'all_equal'
        END AS outcome
      FROM (SELECT *, coalesce(text_reward, image_reward) AS reward FROM committed_batches)
      GROUP BY run_id, iteration, stage, group_id"""),

  REWARD_FAILURES(
      "Why rewards could not be computed: one row per iteration, stage, reward and reason",
      """
      SELECT run_id, iteration, r.stage, w.reward, w.failure_kind, w.failure,
        count(*) AS failures, max(w.requests) AS most_requests,
        avg(w.latency_millis) AS mean_latency_millis, min(rollout_id) AS example_rollout_id
      FROM committed_rewards w
      JOIN committed_rollouts r USING (run_id, iteration, rollout_id)
      WHERE w.failure IS NOT NULL
      GROUP BY run_id, iteration, r.stage, w.reward, w.failure_kind, w.failure"""),

  WORST_GROUPS(
      "Groups by mean reward, place 1 being the worst of its iteration and stage",
      """
      SELECT g.run_id, g.iteration, g.stage,
        row_number() OVER (
          PARTITION BY g.run_id, g.iteration, g.stage ORDER BY g.mean, g.greatest, g.group_id
        ) AS place,
        g.group_id, g.pair_id, s.tag, r.prompt, g.scored, g.mean, g.greatest
      FROM group_outcomes g
      JOIN committed_rollouts r
        ON r.run_id = g.run_id AND r.iteration = g.iteration AND r.group_id = g.group_id
          AND r.sample_index = 0
      LEFT JOIN samples s USING (sample_id)
      WHERE g.scored > 0"""),

  REWARD_DRIFT(
      "How the mean of each reward moves: change since the iteration before, drift since the first,"
          + " and the mean over the last five iterations",
      """
      SELECT *,
        mean - lag(mean) OVER running AS change,
        mean - first(mean) OVER running AS drift,
        avg(mean) OVER (
          PARTITION BY run_id, stage, reward ORDER BY iteration ROWS 4 PRECEDING
        ) AS mean_of_five
      FROM (
        SELECT run_id, iteration, r.stage, w.reward, count(w.value) AS scored,
          avg(w.value) AS mean
        FROM committed_rewards w
        JOIN committed_rollouts r USING (run_id, iteration, rollout_id)
        GROUP BY run_id, iteration, r.stage, w.reward
      )
      WINDOW running AS (PARTITION BY run_id, stage, reward ORDER BY iteration)""");

  private final String comment;
  private final String query;

  AnalysisView(String comment, String query) {
    this.comment = comment;
    this.query = query;
  }

  /** Name in SQL. */
  public String viewName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What a row of this view is. */
  public String comment() {
    return comment;
  }

  /** The statement that makes the view; views of tables, and the constants above, come first. */
  String statement() {
    return "CREATE OR REPLACE TEMPORARY VIEW %s COMMENT '%s' AS %s"
        .formatted(viewName(), comment, query);
  }
}
