package dev.tandem.reward.refine;

import dev.tandem.reward.Need;
import dev.tandem.reward.Outcomes;
import dev.tandem.reward.Range;
import dev.tandem.reward.Reward;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.ScoringInput;
import dev.tandem.reward.ThinkFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Correction} of another reward, such as {@code correction(geneval_graded)}: how much better
 * the refined image is than the one it was made from.
 */
public final class CorrectionReward implements Reward {
  private final Reward verifier;

  /**
   * @param verifier scores the refined image; closed with this one
   */
  public CorrectionReward(Reward verifier) {
    this.verifier = verifier;
  }

  @Override
  public String name() {
    return "correction(" + verifier.name() + ")";
  }

  @Override
  public Set<Need> needs() {
    Set<Need> needs = EnumSet.of(Need.TEXT);
    needs.addAll(verifier.needs());
    return needs;
  }

  @Override
  public Range range() {
    Range scores = verifier.range();
    return new Range(
        Math.min(scores.low() - scores.high(), 1), Math.max(scores.high() - scores.low(), 1));
  }

  @Override
  public Optional<String> version() {
    return verifier.version();
  }

  @Override
  public boolean isRemote() {
    return verifier.isRemote();
  }

  @Override
  public List<RewardOutcome> score(List<ScoringInput> inputs) {
    List<RewardOutcome> after = Outcomes.of(verifier, inputs);
    List<RewardOutcome> corrections = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      corrections.add(correction(inputs.get(i), after.get(i)));
    }
    return corrections;
  }

  @Override
  public void close() {
    verifier.close();
  }

  private RewardOutcome correction(ScoringInput input, RewardOutcome after) {
    Optional<Double> before = Optional.ofNullable(input.before().get(verifier.name()));
    if (before.isEmpty()) {
      return new RewardOutcome.Failure(
          RewardOutcome.Failure.MISSING,
          "no score by %s of the image that was refined".formatted(verifier.name()));
    }
    if (after instanceof RewardOutcome.Value value) {
      String instruction = ThinkFormat.editInstruction(input.text().orElseThrow());
      return new RewardOutcome.Value(
          Correction.of(before.get(), value.value(), instruction),
          "{\"before\":%s,\"after\":%s}".formatted(before.get(), value.value()));
    }
    RewardOutcome.Failure failure = (RewardOutcome.Failure) after;
    return new RewardOutcome.Failure(failure.kind(), verifier.name() + ": " + failure.reason());
  }
}
