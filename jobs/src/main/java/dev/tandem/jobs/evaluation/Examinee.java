package dev.tandem.jobs.evaluation;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.policy.Context;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSampling;
import dev.tandem.reward.AccuracyReward;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.ScoringInput;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.Question;
import dev.tandem.shapeworld.Renderer;
import dev.tandem.shapeworld.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/** A policy that sits the evaluation: one group a prompt, one answer a question. */
public final class Examinee {
  private final Policy policy;
  private final EvaluationSet set;

  public Examinee(Policy policy, EvaluationSet set) {
    this.policy = policy;
    this.set = set;
  }

  /** Draws one image for each seed and judges it by GenEval's rules and by the audit. */
  List<Answer> draw(int number) {
    PromptTask task = set.prompt(number);
    List<RandomKey> keys =
        IntStream.range(0, set.settings().seeds())
            .mapToObj(seed -> set.sampleKey(Answer.GENEVAL, number, seed))
            .toList();
    List<Attempt> attempts = attempt(task, keys);
    return IntStream.range(0, keys.size())
        .mapToObj(seed -> judge(task, number, attempts.get(seed), seed))
        .toList();
  }

  /** Plans at the evaluation's temperature and draws what was planned, once for each key. */
  public List<Attempt> attempt(PromptTask task, List<RandomKey> keys) {
    TandemConfig.Evaluation settings = set.settings();
    TextSampling planning =
        settings.temperature() == 0
            ? TextSampling.greedy(settings.maxTokens())
            : TextSampling.atTemperature(settings.temperature(), settings.maxTokens());
    try (Context context = policy.encode(Prompts.reason(task.prompt()));
        TextRollout plans = policy.generateText(context, planning, keys)) {
      List<ImageSample> images = policy.generateImages(plans.context(), set.drawing(), keys);
      List<Attempt> attempts = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        attempts.add(new Attempt(plans.samples().get(i).text(), images.get(i).image()));
      }
      return attempts;
    }
  }

  private static Answer judge(PromptTask task, int number, Attempt attempt, int seed) {
    Judgement judgement = Judgement.of(task, attempt.image());
    return new Answer(
        Answer.GENEVAL,
        EvaluationSet.promptId(task, number),
        task.tag().word(),
        task.prompt(),
        attempt.plan(),
        attempt.image().toPng(),
        judgement.graded(),
        judgement.strict(),
        judgement.audit(),
        seed);
  }

  /** Answers a question about an image with the most likely text. */
  public Answer choose(int number) {
    Sample sample = set.question(number);
    Question question = sample.question();
    RgbImage image = Renderer.render(sample.scene());
    TextSampling greedy = TextSampling.greedy(set.settings().maxTokens());
    List<RandomKey> key = List.of(set.sampleKey(Answer.MULTIPLE_CHOICE, number, 0));
    try (Context context = policy.encode(Prompts.understand(image, question.text()));
        TextRollout rollout = policy.generateText(context, greedy, key)) {
      String text = rollout.samples().get(0).text();
      double score = accuracy(question, text);
      return new Answer(
          Answer.MULTIPLE_CHOICE,
          "question-%04d".formatted(number),
          question.kind().name().toLowerCase(Locale.ROOT),
          question.text(),
          text,
          null,
          score,
          score == 1,
          null,
          0);
    }
  }

  /** The judge of the training reward. */
  private static double accuracy(Question question, String text) {
    ScoringInput.Sample sample =
        new ScoringInput.Sample(
            Optional.of(question.text()),
            question.options(),
            Optional.of(question.answer()),
            Optional.empty(),
            "{}",
            Optional.empty());
    ScoringInput input =
        new ScoringInput("understand", Optional.of(text), Optional.empty(), sample);
    RewardOutcome outcome = new AccuracyReward().score(input);
    if (outcome instanceof RewardOutcome.Value judged) {
      return judged.value();
    }
    throw new IllegalStateException("A ShapeWorld question cannot be judged: " + outcome);
  }
}
