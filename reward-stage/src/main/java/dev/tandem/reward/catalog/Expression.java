package dev.tandem.reward.catalog;

import dev.tandem.reward.ProductReward;
import dev.tandem.reward.Reward;
import dev.tandem.reward.refine.CorrectionReward;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reward as it is written: a name, {@code correction(name)}, or some of these with {@code *}
 * between them.
 *
 * @param factors one or more
 */
record Expression(List<Factor> factors) {
  private static final Pattern CORRECTION = Pattern.compile("correction\\(([^()*]+)\\)");

  /** What is multiplied. */
  record Factor(String name, boolean corrected) {
    static Factor parse(String text) {
      Matcher correction = CORRECTION.matcher(text);
      return correction.matches()
          ? new Factor(correction.group(1).strip(), true)
          : new Factor(text, false);
    }

    private Reward build(Function<String, Reward> plain) {
      Reward reward = plain.apply(name);
      return corrected ? new CorrectionReward(reward) : reward;
    }
  }

  static Expression parse(String text) {
    return new Expression(
        Arrays.stream(text.split(Pattern.quote(ProductReward.TIMES), -1))
            .map(String::strip)
            .map(Factor::parse)
            .toList());
  }

  /** Names of the rewards that it is made of. */
  List<String> names() {
    return factors.stream().map(Factor::name).toList();
  }

  /** Whether it is no more than a name. */
  boolean isPlain() {
    return factors.size() == 1 && !factors.get(0).corrected();
  }

  /**
   * @param plain gives the reward of a name
   */
  Reward build(Function<String, Reward> plain) {
    List<Reward> built = factors.stream().map(factor -> factor.build(plain)).toList();
    return built.size() == 1 ? built.get(0) : new ProductReward(built);
  }
}
