package dev.tandem.jobs.config;

import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration of a run. {@code defaults.yaml}, beside this class, explains every key;
 * the names are those of the formulas: {@code group} is G, {@code delta} the retrieval threshold,
 * {@code eps_low} and {@code eps_high} the clip range.
 */
public record TandemConfig(
    Run run,
    Data data,
    Pairs pairs,
    Sampling sampling,
    Rollout rollout,
    Reward reward,
    Advantage advantage,
    Learner learner,
    Evaluation evaluation) {

  /** Which run this is and how long it takes. */
  public record Run(
      String name, String folder, @Nullable String policy, long seed, int iterations) {
    public Run {
      Checks.atLeast("iterations", iterations, 0);
      Checks.that(
          name.matches("[A-Za-z0-9._-]+"),
          "Invalid name: '%s' (letters, digits, '.', '_' and '-' only)",
          name);
    }
  }

  /** Where samples come from, and what input is refused. */
  public record Data(int shapeworldSamples, long maxPixels, double maxBadShare) {
    public Data {
      Checks.atLeast("shapeworld_samples", shapeworldSamples, 1);
      Checks.within("max_bad_share", maxBadShare, 0, 1);
    }
  }

  /** PairUG (PairUni, section 1 of the algorithms). */
  public record Pairs(
      int clusters,
      int kmeansIterations,
      double delta,
      @Nullable Integer candidates,
      int perGeneration,
      Matching matching,
      Weight weight) {
    public Pairs {
      Checks.atLeast("clusters", clusters, 1);
      Checks.within("delta", delta, -1, 1);
      Checks.atLeast("per_generation", perGeneration, 1);
    }
  }

  /** How retrieved pairs are matched. */
  public enum Matching {
    GREEDY,
    ORDERED
  }

  /** How the similarity of a retrieved pair becomes its weight. */
  public enum Weight {
    SQRT,
    LINEAR,
    NONE
  }

  /** Which pairs an iteration uses and which of their sides. */
  public record Sampling(int pairs, List<Side> sides) {
    public Sampling {
      Checks.atLeast("pairs", pairs, 1);
      Checks.that(!sides.isEmpty(), "Invalid sides: none (name understand, reason or both)");
      sides = List.copyOf(sides);
    }
  }

  /** What a group of rollouts does. */
  public enum Side {
    UNDERSTAND,
    REASON
  }

  /** How trajectories are sampled. */
  public record Rollout(int group, Text understand, Text reason, Image image) {
    public Rollout {
      Checks.atLeast("group", group, 2);
    }
  }

  /** Sampling of text tokens. */
  public record Text(double temperature, int topK, double topP, int maxTokens) {}

  /** Sampling of an image: T steps, some of them stochastic. */
  public record Image(
      int steps, double shift, int windowSize, int windowWithin, double noiseLevel) {}

  /** Rewards by side, each with its weight in the sum. */
  public record Reward(
      Map<String, Double> understand, Map<String, Double> reason, double maxFailedShare) {
    public Reward {
      understand = Map.copyOf(understand);
      reason = Map.copyOf(reason);
    }
  }

  /** Group-relative advantages (section 2). */
  public record Advantage(AdvantageKind kind, double eps, boolean dynamicFilter) {}

  /** The names of section 2. */
  public enum AdvantageKind {
    ZSCORE,
    MEAN,
    RLOO,
    BATCH_STD
  }

  /** Losses and optimizer (sections 3, 4 and 6). */
  public record Learner(
      double textLearningRate,
      double imageLearningRate,
      double maxGradNorm,
      double weightDecay,
      double velocityMse,
      double lambda) {}

  /**
   * Held-out prompts and questions, asked before and after.
   *
   * @param prompts prompts of each of GenEval's six templates
   * @param seeds images of each prompt
   * @param questions multiple-choice questions
   * @param temperature of the plans; questions are answered by the most likely token
   * @param maxTokens longest text
   * @param steps denoising steps
   * @param shift of the schedule
   * @param seed of the set and of everything sampled for it, whatever the run's seed
   */
  public record Evaluation(
      int prompts,
      int seeds,
      int questions,
      double temperature,
      int maxTokens,
      int steps,
      double shift,
      long seed)
      implements Serializable {
    public Evaluation {
      Checks.atLeast("prompts", prompts, 1);
      Checks.atLeast("seeds", seeds, 1);
      Checks.atLeast("questions", questions, 0);
      Checks.that(temperature >= 0, "Invalid temperature: %s (must not be negative)", temperature);
      Checks.atLeast("max_tokens", maxTokens, 1);
      Checks.atLeast("steps", steps, 1);
      Checks.positive("shift", shift);
    }
  }
}
