package dev.tandem.jobs.evaluation;

import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.policy.Context;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Segment;
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

  /** What the policy makes of an item: one answer for each seed, or the only one. */
  public List<Answer> answer(Suite suite, int number) {
    return switch (suite) {
      case GENEVAL, GENEVAL_GREEDY, GENEVAL_PLANNED -> draw(suite, number);
      case MULTIPLE_CHOICE -> List.of(choose(number));
      case MULTIPLE_CHOICE_SAMPLED -> List.of(choose(suite, number, sampling()));
    };
  }

  /** Draws one image for each seed and judges it by GenEval's rules and by the audit. */
  private List<Answer> draw(Suite suite, int number) {
    PromptTask task = set.prompt(number);
    // Of one name for all suites: they differ in the plans, not in the noise.
    List<RandomKey> keys =
        IntStream.range(0, set.settings().seeds())
            .mapToObj(seed -> set.sampleKey("geneval", number, seed))
            .toList();
    List<Attempt> attempts =
        switch (suite) {
          case GENEVAL -> attempt(task, keys);
          case GENEVAL_GREEDY ->
              attempt(task, keys, TextSampling.greedy(set.settings().maxTokens()));
          case GENEVAL_PLANNED -> {
            String plan = task.plan(keys.get(0).with("plan").random()).text();
            yield drawn(task, plan, keys).stream().map(image -> new Attempt(plan, image)).toList();
          }
          case MULTIPLE_CHOICE, MULTIPLE_CHOICE_SAMPLED ->
              throw new IllegalArgumentException("Questions ask for no image");
        };
    return IntStream.range(0, keys.size())
        .mapToObj(seed -> judge(suite, task, number, attempts.get(seed), seed))
        .toList();
  }

  /** Plans at the evaluation's temperature and draws what was planned, once for each key. */
  public List<Attempt> attempt(PromptTask task, List<RandomKey> keys) {
    return attempt(task, keys, sampling());
  }

  private TextSampling sampling() {
    TandemConfig.Evaluation settings = set.settings();
    return settings.temperature() == 0
        ? TextSampling.greedy(settings.maxTokens())
        : TextSampling.atTemperature(settings.temperature(), settings.maxTokens());
  }

  private List<Attempt> attempt(PromptTask task, List<RandomKey> keys, TextSampling planning) {
    try (Context context = policy.encode(set.systemPrompts().reason(task.prompt()));
        TextRollout plans = policy.generateText(context, planning, keys)) {
      List<RgbImage> images = images(plans.context(), keys);
      List<Attempt> attempts = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        attempts.add(new Attempt(plans.samples().get(i).text(), images.get(i)));
      }
      return attempts;
    }
  }

  /** Draws after a plan that the policy reads as if it had written it, once for each key. */
  public List<RgbImage> drawn(PromptTask task, String plan, List<RandomKey> keys) {
    List<Segment> segments = new ArrayList<>(set.systemPrompts().reason(task.prompt()));
    segments.add(new Segment.Text(plan));
    try (Context context = policy.encode(segments)) {
      return images(context, keys);
    }
  }

  private List<RgbImage> images(Context context, List<RandomKey> keys) {
    return policy.generateImages(context, set.drawing(), keys).stream()
        .map(ImageSample::image)
        .toList();
  }

  private static Answer judge(Suite suite, PromptTask task, int number, Attempt attempt, int seed) {
    Judgement judgement = Judgement.of(task, attempt.image());
    return new Answer(
        suite,
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
    return choose(Suite.MULTIPLE_CHOICE, number, TextSampling.greedy(set.settings().maxTokens()));
  }

  private Answer choose(Suite suite, int number, TextSampling answering) {
    Sample sample = set.question(number);
    Question question = sample.question();
    RgbImage image = Renderer.render(sample.scene());
    List<RandomKey> key = List.of(set.sampleKey("multiple_choice", number, 0));
    try (Context context = policy.encode(set.systemPrompts().understand(image, question.text()));
        TextRollout rollout = policy.generateText(context, answering, key)) {
      String text = rollout.samples().get(0).text();
      double score = accuracy(question, text);
      return new Answer(
          suite,
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
