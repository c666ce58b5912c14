package dev.tandem.jobs.config;

import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.jobs.config.TandemConfig.Side;
import dev.tandem.reward.AdvantageSettings;
import dev.tandem.reward.LengthPenalty;
import dev.tandem.reward.RewardPlan;
import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import dev.tandem.reward.RewardSettings;
import dev.tandem.reward.catalog.CatalogSettings;
import dev.tandem.reward.catalog.GenEvalServerSettings;
import dev.tandem.reward.catalog.RewardCatalog;
import dev.tandem.reward.catalog.TowerSettings;
import dev.tandem.reward.judge.JudgePrompts;
import dev.tandem.reward.judge.JudgeSettings;
import dev.tandem.schemas.UserError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Rewards of each stage, what they need, and the share of failures with which a run goes on.
 *
 * @param length the penalty {@code length}
 * @param judge asked by {@code vlm_judge}, {@code vlm_questions} and {@code vlm_question_lines}
 * @param genevalServer asked by {@code geneval_server} and its like
 * @param clip towers of the reward of this name, as {@code hps} and {@code pickscore}
 */
public record RewardConfig(
    StageReward understand,
    StageReward reason,
    Length length,
    Judge judge,
    GenEvalServerSettings genevalServer,
    TowerSettings clip,
    TowerSettings hps,
    TowerSettings pickscore,
    double maxFailedShare) {
  public RewardConfig {
    Checks.within("max_failed_share", maxFailedShare, 0, 1);
    Set<String> used = new TreeSet<>(understand.names());
    used.addAll(reason.names());
    try {
      catalog(length, judge, genevalServer, clip, hps, pickscore).require(used);
    } catch (UserError e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** The settings of the reward stage for the given stages. */
  public RewardSettings settings(Set<Side> sides, AdvantageSettings advantage) {
    Map<String, StageRewards> stages = new TreeMap<>();
    for (Side side : sides) {
      stages.put(side.stage(), (side == Side.UNDERSTAND ? understand : reason).plan());
    }
    return new RewardSettings(
        RewardPlan.of(stages),
        advantage,
        maxFailedShare,
        catalog(length, judge, genevalServer, clip, hps, pickscore));
  }

  private static RewardCatalog catalog(
      Length length,
      Judge judge,
      GenEvalServerSettings genEvalServer,
      TowerSettings clip,
      TowerSettings hps,
      TowerSettings pickscore) {
    return new RewardCatalog(
        new CatalogSettings(
            length.settings(),
            judge.settings(),
            genEvalServer,
            Map.of("clip", clip, "hps", hps, "pickscore", pickscore)));
  }

  /**
   * The penalty for long texts.
   *
   * @param buffer tokens below the longest text in which the soft penalty grows
   * @param maxTokens the longest text by stage
   */
  public record Length(LengthPenalty.Kind kind, int buffer, Map<String, Double> maxTokens) {
    public Length {
      maxTokens = Map.copyOf(maxTokens);
      maxTokens.forEach(
          (stage, tokens) ->
              Checks.that(
                  tokens >= 1 && tokens <= Integer.MAX_VALUE && tokens == Math.rint(tokens),
                  "Invalid max_tokens.%s: %s (must be a whole number, at least 1)",
                  stage,
                  tokens));
      var unused = settings(kind, buffer, maxTokens);
    }

    LengthPenalty.Settings settings() {
      return settings(kind, buffer, maxTokens);
    }

    private static LengthPenalty.Settings settings(
        LengthPenalty.Kind kind, int buffer, Map<String, Double> maxTokens) {
      Map<String, Integer> longest = new TreeMap<>();
      maxTokens.forEach((stage, tokens) -> longest.put(stage, tokens.intValue()));
      return new LengthPenalty.Settings(kind, buffer, longest);
    }
  }

  /**
   * A vision-language model that judges images.
   *
   * @param template file with the wording of {@code vlm_judge}; null for the bundled one
   * @param questionsTemplate file with the wording of {@code vlm_questions}
   * @param questionLinesTemplate file with the wording of {@code vlm_question_lines}
   */
  public record Judge(
      @Nullable String template,
      @Nullable String questionsTemplate,
      @Nullable String questionLinesTemplate,
      ChatSettings endpoint) {

    JudgeSettings settings() {
      return new JudgeSettings(
          endpoint,
          JudgePrompts.checklist(Optional.ofNullable(template).map(Path::of)),
          JudgePrompts.questions(Optional.ofNullable(questionsTemplate).map(Path::of)),
          JudgePrompts.questionLines(Optional.ofNullable(questionLinesTemplate).map(Path::of)));
    }
  }

  /**
   * Weights of the rewards in the sums that the text loss and the image loss maximise, by name; 0
   * takes a reward out.
   */
  public record StageReward(
      Map<String, Double> text, Map<String, Double> image, List<String> observed) {
    public StageReward {
      text = Map.copyOf(text);
      image = Map.copyOf(image);
      checkFinite("text", text);
      checkFinite("image", image);
      observed = List.copyOf(observed);
    }

    StageRewards plan() {
      return new StageRewards(terms(text), terms(image), observed);
    }

    private Set<String> names() {
      Set<String> names = new TreeSet<>(observed);
      terms(text).forEach(term -> names.add(term.reward()));
      terms(image).forEach(term -> names.add(term.reward()));
      return names;
    }

    private static void checkFinite(String side, Map<String, Double> weights) {
      weights.forEach(
          (reward, weight) ->
              Checks.that(
                  Double.isFinite(weight),
                  "Invalid %s.%s: %s (must be finite)",
                  side,
                  reward,
                  weight));
    }

    private static List<Term> terms(Map<String, Double> weights) {
      return new TreeMap<>(weights)
          .entrySet().stream()
              .filter(entry -> entry.getValue() != 0)
              .map(entry -> new Term(entry.getKey(), entry.getValue()))
              .toList();
    }
  }
}
