package dev.tandem.reward;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * 1 where the text chooses the right option of a multiple-choice question, else 0. A text that
 * chooses no option, or more than one, is wrong; a sample whose answer names no option is a
 * failure.
 */
public final class AccuracyReward implements SingleReward {
  /** The name of this reward. */
  public static final String NAME = "accuracy";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.TEXT, Need.ANSWER);
  }

  @Override
  public Range range() {
    return Range.UNIT;
  }

  @Override
  public RewardOutcome score(ScoringInput input) {
    ScoringInput.Sample sample = input.sample();
    List<String> options =
        sample.options().isEmpty()
            ? sample.question().map(OptionChoice::optionsIn).orElse(List.of())
            : sample.options();
    OptionChoice choice = new OptionChoice(options);
    Optional<Character> expected = choice.parse(sample.answer().orElseThrow());
    if (expected.isEmpty()) {
      return RewardOutcome.Failure.ofSample("the sample's answer names none of its options");
    }
    Optional<Character> chosen = choice.parse(input.text().orElseThrow());
    return new RewardOutcome.Value(
        chosen.equals(expected) ? 1 : 0,
        Json.object(
            "chosen", chosen.orElse(null),
            "expected", expected.get()));
  }
}
