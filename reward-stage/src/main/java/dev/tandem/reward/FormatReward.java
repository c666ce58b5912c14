package dev.tandem.reward;

import java.util.Set;

/**
 * 1 where the text has the form that its stage asks for, else 0: a thinking block and nothing else;
 * in the stage {@code reflect_refine} a thinking block and an action.
 */
public final class FormatReward implements SingleReward {
  /** The name of this reward. */
  public static final String NAME = "format";

  private static final String REFLECT_REFINE = "reflect_refine";

  @Override
  public String name() {
    return NAME;
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
  public RewardOutcome score(ScoringInput input) {
    String text = input.text().orElseThrow();
    boolean wellFormed =
        input.stage().equals(REFLECT_REFINE)
            ? ThinkFormat.isThoughtThenAction(text)
            : ThinkFormat.isOnlyThought(text);
    return new RewardOutcome.Value(wellFormed ? 1 : 0, "{}");
  }
}
