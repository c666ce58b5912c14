package dev.tandem.reward;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** A reward that gives what a test tells it, and remembers what it was asked. */
public final class Scripted implements SingleReward {
  private final String name;
  private final ToDoubleFunction<ScoringInput> value;
  private final List<ScoringInput> asked = new ArrayList<>();

  public Scripted(String name, ToDoubleFunction<ScoringInput> value) {
    this.name = name;
    this.value = value;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Need> needs() {
    return Set.of();
  }

  @Override
  public Range range() {
    return new Range(Double.NEGATIVE_INFINITY, 1);
  }

  @Override
  public RewardOutcome score(ScoringInput input) {
    asked.add(input);
    return new RewardOutcome.Value(value.applyAsDouble(input), "{}");
  }

  public List<ScoringInput> asked() {
    return asked;
  }

  /** A rollout that wrote this text, about a sample of which nothing else is known. */
  public static ScoringInput text(String text) {
    return input(Optional.of(text), OptionalInt.empty(), Map.of());
  }

  public static ScoringInput input(
      Optional<String> text, OptionalInt tokens, Map<String, Double> before) {
    return new ScoringInput(
        "reason", Optional.empty(), text, tokens, Optional.empty(), before, sample("{}"));
  }

  /** A sample with this metadata. */
  public static ScoringInput.Sample sample(String metadata) {
    return new ScoringInput.Sample(
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        metadata,
        Optional.empty());
  }
}
