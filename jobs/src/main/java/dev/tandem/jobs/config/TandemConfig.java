package dev.tandem.jobs.config;

import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.pairs.KMeansConfig;
import dev.tandem.pairs.Matching;
import dev.tandem.pairs.PairConfig;
import dev.tandem.pairs.PairWeight;
import dev.tandem.pairs.RetrievalConfig;
import dev.tandem.pairs.ScreeningConfig;
import dev.tandem.pairs.completion.CompletionConfig;
import dev.tandem.policy.ComputeDevice;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.Precision;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.flow.SdeWindow;
import dev.tandem.reward.AdvantageSettings;
import dev.tandem.schemas.UserError;
import dev.tandem.shapeworld.geneval.Tag;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The whole configuration of a run. {@code defaults.yaml}, beside this class, explains every key.
 * Stages that bring a record of their own settings are bound to it directly.
 */
public record TandemConfig(
    Run run,
    Compute compute,
    Data data,
    Pairs pairs,
    Sampling sampling,
    Rollout rollout,
    RewardConfig reward,
    AdvantageSettings advantage,
    LearnerConfig learner,
    Evaluation evaluation) {
  public TandemConfig {
    checkAveragesAreKept(learner, evaluation);
  }

  private static void checkAveragesAreKept(LearnerConfig learner, Evaluation evaluation) {
    Checks.that(
        !evaluation.averagedWeights() || learner.optimizer().emaDecay() > 0,
        "Invalid evaluation.averaged_weights: %s (learner.optimizer.ema_decay is %s: no averages are kept)",
        evaluation.averagedWeights(),
        learner.optimizer().emaDecay());
  }

  /**
   * Which run this is and how long it takes.
   *
   * @param name identity of the run in every table
   * @param folder where runs lie, one folder each
   * @param policy folder of the starting policy; null for the bundled one
   * @param keepCheckpoints newest checkpoints that are kept beside the starting policy
   */
  public record Run(
      String name,
      String folder,
      @Nullable String policy,
      long seed,
      int iterations,
      int keepCheckpoints) {
    public Run {
      Checks.atLeast("iterations", iterations, 0);
      Checks.atLeast("keep_checkpoints", keepCheckpoints, 1);
      Checks.that(
          name.matches("[A-Za-z0-9._-]+"),
          "Invalid name: '%s' (letters, digits, '.', '_' and '-' only)",
          name);
    }
  }

  /**
   * What rollouts, updates and evaluations compute with.
   *
   * @param device auto, cpu, cuda or a numbered one such as cuda:1
   */
  public record Compute(String device, Precision precision) {
    public Compute {
      try {
        ComputeDevice.parse(device);
      } catch (UserError e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }

    /** The settings of policies. */
    public ComputeSettings settings() {
      return new ComputeSettings(ComputeDevice.parse(device), precision);
    }
  }

  /**
   * Where samples come from, and what input is refused.
   *
   * @param folder JSONL files and images; null for ShapeWorld
   */
  public record Data(
      @Nullable String folder, int shapeworldSamples, long maxPixels, double maxBadShare) {
    public Data {
      Checks.atLeast("shapeworld_samples", shapeworldSamples, 1);
      Checks.atLeast("max_pixels", maxPixels, 1);
      Checks.within("max_bad_share", maxBadShare, 0, 1);
    }
  }

  /** PairUG (PairUni); the fields are those of {@link PairConfig}. */
  public record Pairs(
      String encoder,
      int clusters,
      KMeansConfig kmeans,
      RetrievalConfig retrieval,
      double threshold,
      int candidates,
      int perGeneration,
      MatchingRule matching,
      long driverEdges,
      PairWeight weight,
      CompletionConfig completion,
      ScreeningConfig screening) {
    public Pairs {
      Checks.atLeast("clusters", clusters, 0);
      Checks.within("threshold", threshold, -1, 1);
      Checks.atLeast("candidates", candidates, 0);
      Checks.atLeast("per_generation", perGeneration, 1);
      Checks.atLeast("driver_edges", driverEdges, 0);
    }

    /** The model that completes samples; empty where rules do alone. */
    public Optional<CompletionConfig> model() {
      return Optional.of(completion).filter(c -> c.by() == CompletionConfig.By.MODEL);
    }

    /** The settings of a build. */
    public PairConfig build(long seed) {
      return new PairConfig(
          clusters,
          kmeans,
          retrieval,
          threshold,
          candidates,
          perGeneration,
          Matching.named(matching.name().toLowerCase(Locale.ROOT)),
          driverEdges,
          weight,
          encoder,
          seed);
    }
  }

  /** How retrieved pairs are matched. */
  public enum MatchingRule {
    GREEDY,
    ORDERED,
    RANDOM
  }

  /** Which pairs an iteration uses and which of their sides. */
  public record Sampling(int pairs, List<Side> sides) {
    public Sampling {
      Checks.atLeast("pairs", pairs, 1);
      Checks.that(!sides.isEmpty(), "Invalid sides: none (name understand, reason or both)");
      sides = List.copyOf(EnumSet.copyOf(sides));
    }
  }

  /** What a group of rollouts does. */
  public enum Side {
    UNDERSTAND,
    REASON;

    /** The stage's name in tables. */
    public String stage() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How trajectories are sampled: {@code group} is G. */
  public record Rollout(
      int group,
      SystemPrompts systemPrompt,
      TextSampling understand,
      TextSampling reason,
      Image image) {
    public Rollout {
      Checks.atLeast("group", group, 2);
    }

    /** How texts of the stage are sampled. */
    public TextSampling text(Side side) {
      return side == Side.UNDERSTAND ? understand : reason;
    }
  }

  /** Sampling of an image: T steps, those in the window stochastic, all with the same guidance. */
  public record Image(
      int steps, double shift, Window window, double noiseLevel, Guidance guidance) {
    public Image {
      Checks.atLeast("steps", steps, 2);
      Checks.positive("shift", shift);
      Checks.notNegative("noise_level", noiseLevel);
      Checks.that(
          window.end() < steps,
          "Invalid window.end: %d (must be below the %d steps: the last one carries no noise)",
          window.end(),
          steps);
    }
  }

  /** The range [begin, end) of steps of which {@code size} are stochastic. */
  public record Window(WindowKind kind, int begin, int end, int size) {
    public Window {
      Checks.atLeast("begin", begin, 0);
      Checks.atLeast("size", size, 1);
      Checks.that(
          size <= end - begin, "Invalid size: %d (more than the steps %d to %d)", size, begin, end);
    }

    /** The rule that chooses the steps of an iteration. */
    public SdeWindow rule() {
      return kind == WindowKind.CONTIGUOUS
          ? new SdeWindow.Contiguous(begin, end, size)
          : new SdeWindow.Scattered(begin, end, size);
    }
  }

  /** How a window lies in its range. */
  public enum WindowKind {
    CONTIGUOUS,
    SCATTERED
  }

  /** What an evaluation asks for. */
  public enum Suite {
    /** Images after plans of the policy, sampled at the evaluation's temperature. */
    GENEVAL,
    /** Images after the policy's most likely plan. */
    GENEVAL_GREEDY,
    /** Images after a right plan that is given to the policy. */
    GENEVAL_PLANNED,
    /** Questions about images, answered by the most likely text. */
    MULTIPLE_CHOICE,
    /** The same questions, answered by a text sampled at the evaluation's temperature. */
    MULTIPLE_CHOICE_SAMPLED;

    /** Whether questions are asked; else images are drawn. */
    public boolean asks() {
      return this == MULTIPLE_CHOICE || this == MULTIPLE_CHOICE_SAMPLED;
    }

    /** The suite's name in tables. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Held-out prompts and questions, asked before and after.
   *
   * @param aroundTraining whether {@code tandem train} evaluates before and after; a quickstart
   *     always does
   * @param averagedWeights whether checkpoints are evaluated with the moving averages of their
   *     weights
   * @param suites what is asked for
   * @param prompts prompts of each of GenEval's six templates
   * @param seeds images of each prompt
   * @param questions multiple-choice questions
   * @param temperature of sampled plans and answers
   * @param maxTokens longest text
   * @param steps denoising steps
   * @param shift of the schedule
   * @param seed of the set and of everything sampled for it, whatever the run's seed
   */
  public record Evaluation(
      boolean aroundTraining,
      boolean averagedWeights,
      List<Suite> suites,
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
      suites = List.copyOf(EnumSet.copyOf(suites));
      Checks.atLeast("prompts", prompts, 1);
      Checks.atLeast("seeds", seeds, 1);
      Checks.atLeast("questions", questions, 0);
      Checks.notNegative("temperature", temperature);
      Checks.atLeast("max_tokens", maxTokens, 1);
      Checks.atLeast("steps", steps, 1);
      Checks.positive("shift", shift);
    }

    /** Items of a suite times its seeds. */
    public int answers(Suite suite) {
      return suite.asks() ? questions : prompts * Tag.values().length * seeds;
    }
  }
}
