package dev.tandem.reward.catalog;

import dev.tandem.reward.Need;
import dev.tandem.reward.Range;
import dev.tandem.reward.Reward;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.ScoringInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;

/**
 * Rewards that wait for the next task of this process: loading a model takes longer than many tasks
 * do, and what a client learned about its servers is worth keeping. There are never more of a kind
 * than tasks had them at the same time; they end with the process.
 */
final class IdleRewards {
  private static final Map<Object, Queue<Reward>> IDLE = new ConcurrentHashMap<>();

  private IdleRewards() {}

  /**
   * A reward that comes back when it is closed.
   *
   * @param key equal for rewards that are alike
   */
  static Reward take(Object key, Supplier<Reward> open) {
    Queue<Reward> idle = IDLE.computeIfAbsent(key, unused -> new ConcurrentLinkedQueue<>());
    Reward waiting = idle.poll();
    return new Taken(waiting == null ? open.get() : waiting, idle);
  }

  private static final class Taken implements Reward {
    private final Reward reward;
    private final Queue<Reward> idle;
    private boolean closed;

    Taken(Reward reward, Queue<Reward> idle) {
      this.reward = reward;
      this.idle = idle;
    }

    @Override
    public String name() {
      return reward.name();
    }

    @Override
    public Set<Need> needs() {
      return reward.needs();
    }

    @Override
    public Range range() {
      return reward.range();
    }

    @Override
    public Optional<String> version() {
      return reward.version();
    }

    @Override
    public boolean isRemote() {
      return reward.isRemote();
    }

    @Override
    public List<RewardOutcome> score(List<ScoringInput> inputs) throws Exception {
      return reward.score(inputs);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        idle.add(reward);
      }
    }
  }
}
