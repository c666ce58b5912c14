package dev.tandem.reward;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The product of other rewards, such as {@code geneval_graded*format}: the verifier's score where
 * the text has its form, else 0 (R3's reward of a text, arXiv 2602.15772, without the weight of the
 * form alone). It fails where one of them fails.
 */
public final class ProductReward implements Reward {
  /** Stands between the names. */
  public static final String TIMES = "*";

  private final List<Reward> factors;

  /**
   * @param factors two or more, closed with this one
   */
  public ProductReward(List<Reward> factors) {
    this.factors = List.copyOf(factors);
  }

  @Override
  public String name() {
    return factors.stream().map(Reward::name).collect(Collectors.joining(TIMES));
  }

  @Override
  public Set<Need> needs() {
    Set<Need> needs = EnumSet.noneOf(Need.class);
    factors.forEach(factor -> needs.addAll(factor.needs()));
    return needs;
  }

  @Override
  public Range range() {
    return factors.stream().map(Reward::range).reduce(Range::times).orElseThrow();
  }

  /** Worth keeping where one of the factors is. */
  @Override
  public Optional<String> version() {
    if (factors.stream().noneMatch(factor -> factor.version().isPresent())) {
      return Optional.empty();
    }
    return Optional.of(
        factors.stream()
            .map(factor -> factor.version().orElse(factor.name()))
            .collect(Collectors.joining(TIMES)));
  }

  @Override
  public boolean isRemote() {
    return factors.stream().anyMatch(Reward::isRemote);
  }

  @Override
  public List<RewardOutcome> score(List<ScoringInput> inputs) {
    List<List<RewardOutcome>> scored =
        factors.stream().map(factor -> Outcomes.of(factor, inputs)).toList();
    List<RewardOutcome> products = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      int row = i;
      products.add(product(scored.stream().map(outcomes -> outcomes.get(row)).toList()));
    }
    return products;
  }

  @Override
  public void close() {
    factors.forEach(Reward::close);
  }

  private RewardOutcome product(List<RewardOutcome> outcomes) {
    double product = 1;
    ObjectNode detail = Json.MAPPER.createObjectNode();
    for (int i = 0; i < outcomes.size(); i++) {
      String name = factors.get(i).name();
      if (outcomes.get(i) instanceof RewardOutcome.Value value) {
        product *= value.value();
        detail.put(name, value.value());
      } else if (outcomes.get(i) instanceof RewardOutcome.Failure failure) {
        return new RewardOutcome.Failure(failure.kind(), name + ": " + failure.reason());
      }
    }
    return new RewardOutcome.Value(product, Json.write(detail));
  }
}
