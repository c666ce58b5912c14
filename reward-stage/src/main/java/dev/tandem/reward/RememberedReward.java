package dev.tandem.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * A reward that keeps its outcomes as long as their inputs live, for rewards that are made of
 * others: each is then asked once for each rollout, whoever asks first. Several threads may use it.
 */
public final class RememberedReward implements Reward {
  private final Reward reward;
  private boolean closed;
  private final Map<ScoringInput, RewardOutcome> known = new WeakHashMap<>();

  /**
   * @param reward closed with this one, which may be closed often
   */
  public RememberedReward(Reward reward) {
    this.reward = reward;
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
  public synchronized List<RewardOutcome> score(List<ScoringInput> inputs) {
    List<ScoringInput> unknown =
        inputs.stream().filter(input -> !known.containsKey(input)).distinct().toList();
    List<RewardOutcome> outcomes = Outcomes.of(reward, unknown);
    for (int i = 0; i < unknown.size(); i++) {
      known.put(unknown.get(i), outcomes.get(i));
    }
    List<RewardOutcome> all = new ArrayList<>();
    inputs.forEach(input -> all.add(Objects.requireNonNull(known.get(input))));
    return all;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      reward.close();
    }
  }
}
