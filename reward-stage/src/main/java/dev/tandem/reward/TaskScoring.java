package dev.tandem.reward;

import dev.tandem.reward.RewardPlan.StageRewards;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;

/**
 * Scores in one Spark task. A reward that computes does so at once, in the task's thread: another
 * would take its core away. A reward that waits for a server ({@link Reward#isRemote}) has threads
 * of its own, and the task goes on meanwhile.
 */
public final class TaskScoring implements AutoCloseable {
  /** While a group's last questions are answered, those of the next one take the free places. */
  private static final int GROUPS_ASKED = 2;

  /** Has threads as a reward has them: a disk that is slow for once keeps no server waiting. */
  private static final String JOURNAL = "journal";

  private final RewardPlan plan;
  private final Consumer<List<Score>> whenDone;
  private final List<Reward> rewards;
  private final Map<String, KnownScore> known;
  private final ScoreJournal.Writer journal;
  private final int attempt =
      1 + Optional.ofNullable(TaskContext.get()).map(TaskContext::attemptNumber).orElse(0);
  private final Map<String, ExecutorService> waiting = new HashMap<>();
  private final List<CompletableFuture<List<Score>>> asked = new ArrayList<>();
  private final List<Score> scores = new ArrayList<>();

  /**
   * @param known scores that were computed before, by {@link ContentKey}
   * @param journal where scores that are worth keeping are written at once
   */
  TaskScoring(
      RewardPlan plan,
      RewardSource source,
      Map<String, KnownScore> known,
      ScoreJournal journal,
      Consumer<List<Score>> whenDone) {
    this.plan = plan;
    this.known = known;
    this.journal = journal.writer();
    this.whenDone = whenDone;
    this.rewards = source.load(names(plan));
  }

  /** Names of all rewards that the plan asks for. */
  static Set<String> names(RewardPlan plan) {
    Set<String> names = new LinkedHashSet<>();
    plan.stages().values().forEach(stage -> names.addAll(stage.computed()));
    return names;
  }

  /**
   * Scores a group.
   *
   * @param rollouts rows of table {@code rollouts}, all of one stage
   * @param sample the row of table {@code samples} that they were made from
   */
  public void score(List<Row> rollouts, Row sample) {
    score(rollouts.stream().map(row -> RolloutInput.of(row, sample, "image")).toList());
  }

  /**
   * @param rollouts all of one stage
   */
  void score(List<RolloutInput> rollouts) {
    if (rollouts.isEmpty()) {
      return;
    }
    Set<String> planned = planned(rollouts.get(0).input().stage()).computed();
    for (Reward reward : rewards) {
      if (planned.contains(reward.name())) {
        score(rollouts, reward);
      }
    }
  }

  private void score(List<RolloutInput> rollouts, Reward reward) {
    RewardScorer scorer = new RewardScorer(reward, known, attempt);
    if (reward.isRemote()) {
      asked.add(
          CompletableFuture.supplyAsync(() -> scorer.score(rollouts), threads(reward.name()))
              .thenApplyAsync(this::kept, threads(JOURNAL)));
    } else {
      scores.addAll(kept(scorer.score(rollouts)));
    }
  }

  private List<Score> kept(List<Score> scored) {
    journal.write(scored);
    return scored;
  }

  private ExecutorService threads(String reward) {
    return waiting.computeIfAbsent(
        reward,
        name ->
            Executors.newFixedThreadPool(
                GROUPS_ASKED,
                work -> {
                  Thread thread = new Thread(work, "reward " + name);
                  thread.setDaemon(true);
                  return thread;
                }));
  }

  private StageRewards planned(String stage) {
    return Objects.requireNonNull(
        plan.stages().get(stage),
        () ->
            "No rewards planned for stage %s (planned: %s)"
                .formatted(stage, plan.stages().keySet()));
  }

  /** Waits for the last score and hands over all of them. */
  public void finish() {
    try {
      asked.forEach(scored -> scores.addAll(scored.join()));
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
    whenDone.accept(List.copyOf(scores));
  }

  /** Breaks off what is still being asked, and frees the rewards. */
  @Override
  public void close() {
    waiting.values().forEach(ExecutorService::shutdownNow);
    rewards.forEach(Reward::close);
  }
}
