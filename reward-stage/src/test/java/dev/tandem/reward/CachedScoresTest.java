package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CachedScoresTest {

  /** A judge of texts that remembers what it was asked and fails at some. */
  private static final class Judge implements Reward {
    private final String version;
    private final List<String> asked = new ArrayList<>();

    Judge(String version) {
      this.version = version;
    }

    @Override
    public String name() {
      return "judge";
    }

    @Override
    public Set<Need> needs() {
      return Set.of(Need.TEXT);
    }

    @Override
    public Range range() {
      return Range.UNIT;
    }

    @Override
    public Optional<String> version() {
      return Optional.of(version);
    }

    @Override
    public List<RewardOutcome> score(List<ScoringInput> inputs) {
      return inputs.stream().map(input -> score(input.text().orElseThrow())).toList();
    }

    private RewardOutcome score(String text) {
      asked.add(text);
      return text.equals("bad")
          ? new RewardOutcome.Failure(
              "timeout", "no whole reply", Optional.of(new RewardOutcome.Effort(3, 900)))
          : new RewardOutcome.Value(
              text.length() / 10.0, "{}", Optional.of(new RewardOutcome.Effort(2, 70)));
    }
  }

  private static RolloutInput rollout(String id, String text) {
    return new RolloutInput("run", 1, id, "group", Scripted.text(text));
  }

  @Test
  void equalRolloutsAreAskedOnceAndToldApart() {
    Judge judge = new Judge("v1");
    List<Score> scores =
        new RewardScorer(judge, Map.of(), 1)
            .score(List.of(rollout("a", "red"), rollout("b", "blue"), rollout("c", "red")));
    assertThat(judge.asked).containsExactly("red", "blue");
    assertThat(scores).extracting(Score::rolloutId).containsExactly("a", "b", "c");
    assertThat(scores).extracting(Score::value).containsExactly(0.3, 0.4, 0.3);
    assertThat(scores).extracting(Score::cached).containsExactly(false, false, true);
    assertThat(scores).extracting(Score::requests).containsExactly(2, 2, null);
    assertThat(scores.get(0).millis()).isEqualTo(70);
    assertThat(scores.get(2).keep()).isNull();
  }

  @Test
  void whatIsKnownIsNotAskedAgainAndFailuresAre() {
    Judge judge = new Judge("v1");
    List<RolloutInput> rollouts = List.of(rollout("a", "red"), rollout("b", "bad"));
    List<Score> first = new RewardScorer(judge, Map.of(), 1).score(rollouts);
    List<Score> again = new RewardScorer(judge, known(first), 1).score(rollouts);
    assertThat(judge.asked).containsExactly("red", "bad", "bad");
    assertThat(again.get(0).cached()).isTrue();
    assertThat(again.get(0).value()).isEqualTo(0.3);
    assertThat(again.get(0).requests()).isNull();
    assertThat(again.get(1).cached()).isFalse();
    assertThat(again.get(1).failureKind()).isEqualTo("timeout");
    assertThat(again.get(1).requests()).isEqualTo(3);
  }

  @Test
  void anotherVersionIsAskedAgain() {
    List<RolloutInput> rollouts = List.of(rollout("a", "red"));
    List<Score> first = new RewardScorer(new Judge("v1"), Map.of(), 1).score(rollouts);
    Judge newer = new Judge("v2");
    new RewardScorer(newer, known(first), 1).score(rollouts);
    assertThat(newer.asked).containsExactly("red");
  }

  @Test
  void aKeyFollowsWhatTheRewardLooksAt() {
    Judge judge = new Judge("v1");
    String key = ContentKey.of(judge, "v1", Scripted.text("red"));
    assertThat(key).matches("[0-9a-f]{64}");
    assertThat(ContentKey.of(judge, "v1", Scripted.text("blue"))).isNotEqualTo(key);
    ScoringInput elsewhere =
        new ScoringInput(
            "understand", Optional.of("red"), Optional.of(new byte[3]), Scripted.sample("{}"));
    assertThat(ContentKey.of(judge, "v1", elsewhere)).isEqualTo(key);
  }

  @Test
  void scoresOfRulesAreNotKept() {
    List<Score> scores =
        new RewardScorer(new FormatReward(), Map.of(), 1).score(List.of(rollout("a", "red")));
    assertThat(scores.get(0).keep()).isNull();
  }

  private static Map<String, KnownScore> known(List<Score> scores) {
    Map<String, KnownScore> known = new HashMap<>();
    for (Score score : scores) {
      if (score.keep() != null) {
        known.put(score.keep().contentKey(), new KnownScore(score.value(), score.detail()));
      }
    }
    return known;
  }
}
