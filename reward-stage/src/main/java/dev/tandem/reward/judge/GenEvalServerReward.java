package dev.tandem.reward.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.frozen.chat.FailureKind;
import dev.tandem.reward.Need;
import dev.tandem.reward.Range;
import dev.tandem.reward.Reward;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.ScoringInput;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** A score of a {@link GenEvalServer}. */
public final class GenEvalServerReward implements Reward {
  private final GenEvalServer server;
  private final Field field;
  private final String serverVersion;

  /** A list of the server's reply. */
  public enum Field {
    /** The graded score, which can be negative. */
    SCORES("geneval_server", new Range(Double.NEGATIVE_INFINITY, 1)),
    /** 1 where the server calls the image correct, else 0. */
    REWARDS("geneval_server_reward", Range.UNIT),
    /** 1 where the benchmark's strict rule holds, else 0. */
    STRICT_REWARDS("geneval_server_strict", Range.UNIT);

    private final String rewardName;
    private final Range range;

    Field(String rewardName, Range range) {
      this.rewardName = rewardName;
      this.range = range;
    }

    /** The name of the reward. */
    public String rewardName() {
      return rewardName;
    }

    private String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    static List<String> names() {
      return Arrays.stream(values()).map(Field::key).toList();
    }
  }

  /**
   * @param server closed with this reward
   * @param serverVersion what the user calls the models behind the server
   */
  public GenEvalServerReward(GenEvalServer server, Field field, String serverVersion) {
    this.server = server;
    this.field = field;
    this.serverVersion = serverVersion;
  }

  @Override
  public String name() {
    return field.rewardName();
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.PROMPT, Need.IMAGE, Need.METADATA);
  }

  @Override
  public Range range() {
    return field.range;
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public Optional<String> version() {
    return Optional.of(serverVersion);
  }

  @Override
  public List<RewardOutcome> score(List<ScoringInput> inputs) throws InterruptedException {
    return server.ask(inputs).stream().map(this::outcome).toList();
  }

  private RewardOutcome outcome(GenEvalServer.Answer answer) {
    if (answer.failure().isPresent()) {
      return answer.failure().get();
    }
    ObjectNode entries = answer.json().orElseThrow();
    JsonNode value = entries.path(field.key());
    if (value.isBoolean()) {
      return new RewardOutcome.Value(
          value.booleanValue() ? 1 : 0, entries.toString(), Optional.of(answer.effort()));
    }
    if (!value.isNumber()) {
      return new RewardOutcome.Failure(
          FailureKind.REPLY.label(),
          "%s of this image: %s (expected a number)".formatted(field.key(), value),
          Optional.of(answer.effort()));
    }
    return new RewardOutcome.Value(
        value.doubleValue(), entries.toString(), Optional.of(answer.effort()));
  }

  @Override
  public void close() {
    server.close();
  }
}
