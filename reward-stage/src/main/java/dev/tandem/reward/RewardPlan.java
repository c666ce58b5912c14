package dev.tandem.reward;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which rewards feed the text loss and the image loss of each stage.
 *
 * @param stages by the stage's name; a stage that is not named may have no rollouts
 */
public record RewardPlan(SortedMap<String, StageRewards> stages) implements Serializable {

  public RewardPlan {
    stages = Collections.unmodifiableSortedMap(new TreeMap<>(stages));
  }

  /** A plan of the given stages. */
  public static RewardPlan of(Map<String, StageRewards> stages) {
    return new RewardPlan(new TreeMap<>(stages));
  }

  /** One reward of a weighted sum. */
  public record Term(String reward, double weight) implements Serializable {
    public Term {
      if (!Double.isFinite(weight)) {
        throw new IllegalArgumentException(
            "Invalid weight of reward %s: %s (must be a finite number)".formatted(reward, weight));
      }
    }
  }

  /**
   * The rewards of one stage.
   *
   * @param text the weighted sum that the text loss maximises; empty: no text loss
   * @param image the weighted sum that the image loss maximises; empty: no image loss
   * @param observed rewards that are computed and reported but feed no loss
   */
  public record StageRewards(List<Term> text, List<Term> image, List<String> observed)
      implements Serializable {
    public StageRewards {
      text = List.copyOf(text);
      image = List.copyOf(image);
      observed = List.copyOf(observed);
      if (text.isEmpty() && image.isEmpty()) {
        throw new IllegalArgumentException("Invalid stage rewards: neither text nor image has one");
      }
      requireDistinct(text);
      requireDistinct(image);
    }

    /** Rewards of a stage that only writes text. */
    public static StageRewards ofText(List<Term> text) {
      return new StageRewards(text, List.of(), List.of());
    }

    /** One terminal reward for text and image alike (UniGRPO, arXiv 2603.23500). */
    public static StageRewards joint(List<Term> terms) {
      return new StageRewards(terms, terms, List.of());
    }

    /** These rewards with more that are only reported. */
    public StageRewards observing(String... rewards) {
      List<String> all = new ArrayList<>(observed);
      all.addAll(List.of(rewards));
      return new StageRewards(text, image, all);
    }

    /** Names of the rewards that feed a loss, in the order of their terms. */
    public Set<String> used() {
      Set<String> names = new LinkedHashSet<>();
      text.forEach(term -> names.add(term.reward()));
      image.forEach(term -> names.add(term.reward()));
      return names;
    }

    /** Names of all rewards to compute: those {@link #used} and those observed. */
    public Set<String> computed() {
      Set<String> names = used();
      names.addAll(observed);
      return names;
    }

    private static void requireDistinct(List<Term> terms) {
      Set<String> names = new LinkedHashSet<>();
      for (Term term : terms) {
        if (!names.add(term.reward())) {
          throw new IllegalArgumentException(
              "Invalid stage rewards: %s occurs twice".formatted(term.reward()));
        }
      }
    }
  }

  /** Whether the image's reward, wherever there is one, is the text's. */
  boolean imageSharesTextReward() {
    return stages.values().stream()
        .allMatch(stage -> stage.image().isEmpty() || stage.image().equals(stage.text()));
  }

  /** Names of the rewards that feed a loss in any stage, in a fixed order. */
  List<String> used() {
    Set<String> names = new LinkedHashSet<>();
    stages.values().forEach(stage -> names.addAll(stage.used()));
    return List.copyOf(names);
  }
}
