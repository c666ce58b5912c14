package dev.tandem.reward.catalog;

import dev.tandem.reward.LengthPenalty;
import dev.tandem.reward.RememberedReward;
import dev.tandem.reward.Reward;
import dev.tandem.reward.RewardSource;
import dev.tandem.reward.Rewards;
import dev.tandem.reward.judge.GenEvalServer;
import dev.tandem.reward.judge.GenEvalServerReward;
import dev.tandem.reward.judge.GenEvalServerReward.Field;
import dev.tandem.reward.judge.JudgeReward;
import dev.tandem.reward.judge.JudgeSettings;
import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Makes every reward that a configuration can name. */
public record RewardCatalog(CatalogSettings settings) implements RewardSource {
  private static final long serialVersionUID = 1L;

  /**
   * Checks rewards before anything is computed.
   *
   * @throws UserError if one is unknown, or lacks a setting
   */
  public void require(Collection<String> rewards) {
    Map<String, Supplier<Reward>> known = known();
    for (String reward : rewards) {
      for (String name : Expression.parse(reward).names()) {
        if (!known.containsKey(name)) {
          throw unknown(name, reward, known);
        }
        requireSettings(name);
      }
    }
  }

  private void requireSettings(String name) {
    boolean judged = JudgeReward.NAMES.contains(name);
    if (judged && settings.judge().endpoint().url().isEmpty()) {
      throw missing(name, "reward.judge.endpoint.url");
    } else if (judged && settings.judge().endpoint().model() == null) {
      throw missing(name, "reward.judge.endpoint.model");
    } else if (serverFields().containsKey(name)
        && settings.genEvalServer().service().url().isEmpty()) {
      throw missing(name, "reward.geneval_server.service.url");
    }
    TowerSettings towers = settings.towers().get(name);
    if (towers != null && !towers.isGiven()) {
      throw missing(name, "reward.%1$s.image and reward.%1$s.text".formatted(name));
    }
  }

  private static UserError missing(String reward, String keys) {
    return new UserError("Reward %s is used, but nothing is set for %s".formatted(reward, keys));
  }

  private static UserError unknown(
      String name, String reward, Map<String, Supplier<Reward>> known) {
    String within = name.equals(reward) ? "" : " in '%s'".formatted(reward);
    return new UserError(
        "Unknown reward: %s%s (expected one of %s, correction(<one>), or some of them with * between)"
            .formatted(name, within, String.join(", ", known.keySet())));
  }

  @Override
  public List<Reward> load(Collection<String> names) {
    require(names);
    List<Expression> expressions = names.stream().map(Expression::parse).toList();
    boolean shared = expressions.stream().anyMatch(expression -> !expression.isPlain());
    Map<String, Supplier<Reward>> known = known();
    Map<String, Reward> made = new LinkedHashMap<>();
    try {
      List<Reward> rewards = new ArrayList<>();
      for (Expression expression : expressions) {
        rewards.add(
            expression.build(
                name ->
                    made.computeIfAbsent(
                        name,
                        unused -> {
                          Reward reward = Objects.requireNonNull(known.get(name)).get();
                          return shared ? new RememberedReward(reward) : reward;
                        })));
      }
      return rewards;
    } catch (RuntimeException e) {
      made.values().forEach(Reward::close);
      throw e;
    }
  }

  @Override
  public boolean asksServer(Collection<String> names) {
    return names.stream()
        .flatMap(name -> Expression.parse(name).names().stream())
        .anyMatch(name -> JudgeReward.NAMES.contains(name) || serverFields().containsKey(name));
  }

  /** By name; nothing is loaded before a supplier is asked. */
  private Map<String, Supplier<Reward>> known() {
    Map<String, Supplier<Reward>> known = new TreeMap<>(Rewards.local());
    known.put(LengthPenalty.NAME, () -> new LengthPenalty(settings.length()));
    JudgeSettings judge = settings.judge();
    for (String name : JudgeReward.NAMES) {
      List<Object> key =
          List.of(
              name,
              judge.endpoint(),
              judge.checklist().version(),
              judge.questions().version(),
              judge.questionLines().version());
      known.put(name, () -> IdleRewards.take(key, () -> JudgeReward.of(name, judge)));
    }
    settings
        .towers()
        .forEach(
            (name, towers) ->
                known.put(
                    name, () -> IdleRewards.take(List.of(name, towers), () -> towers.open(name))));
    known.putAll(ofServer());
    return known;
  }

  /** They share one server, so that it is asked once for all its scores. */
  private Map<String, Supplier<Reward>> ofServer() {
    Supplier<GenEvalServer> server =
        new Supplier<>() {
          private final List<GenEvalServer> opened = new ArrayList<>();

          @Override
          public GenEvalServer get() {
            if (opened.isEmpty()) {
              GenEvalServerSettings own = settings.genEvalServer();
              opened.add(new GenEvalServer(own.service(), own.images()));
            }
            return opened.get(0);
          }
        };
    Map<String, Supplier<Reward>> rewards = new TreeMap<>();
    serverFields()
        .forEach(
            (name, field) ->
                rewards.put(
                    name,
                    () ->
                        new GenEvalServerReward(
                            server.get(), field, settings.genEvalServer().version())));
    return rewards;
  }

  private static Map<String, Field> serverFields() {
    return Arrays.stream(Field.values())
        .collect(Collectors.toMap(Field::rewardName, field -> field));
  }
}
