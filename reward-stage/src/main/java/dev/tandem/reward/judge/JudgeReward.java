package dev.tandem.reward.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tandem.frozen.chat.ChatBatch;
import dev.tandem.frozen.chat.ChatImage;
import dev.tandem.frozen.chat.ChatOutcome;
import dev.tandem.frozen.chat.ChatQuestion;
import dev.tandem.frozen.chat.ChatSettings;
import dev.tandem.frozen.chat.FailureKind;
import dev.tandem.frozen.chat.JsonText;
import dev.tandem.reward.Need;
import dev.tandem.reward.Range;
import dev.tandem.reward.Reward;
import dev.tandem.reward.RewardOutcome;
import dev.tandem.reward.RewardOutcome.Effort;
import dev.tandem.reward.RewardOutcome.Failure;
import dev.tandem.reward.ScoringInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The verdict of a vision-language model behind OpenAI-compatible endpoints, in [0, 1]. All
 * rollouts of a batch are asked about at the same time, as many as the settings allow.
 */
public final class JudgeReward implements Reward {
  /** Names of the rewards that a judge can give. */
  public static final List<String> NAMES =
      List.of(ChecklistInquiry.NAME, QuestionsInquiry.NAME, QuestionLinesInquiry.NAME);

  private static final String PNG = "png"; // what policies draw

  private final Inquiry inquiry;
  private final ChatSettings endpoint;
  private final ChatBatch batch;

  private JudgeReward(Inquiry inquiry, ChatSettings endpoint) {
    this.inquiry = inquiry;
    this.endpoint = endpoint;
    this.batch = new ChatBatch(endpoint);
  }

  /** A reward of {@link #NAMES}. */
  public static JudgeReward of(String name, JudgeSettings settings) {
    return new JudgeReward(inquiry(name, settings), settings.endpoint());
  }

  private static Inquiry inquiry(String name, JudgeSettings settings) {
    return switch (name) {
      case ChecklistInquiry.NAME -> new ChecklistInquiry(settings.checklist());
      case QuestionsInquiry.NAME -> new QuestionsInquiry(settings.questions());
      case QuestionLinesInquiry.NAME -> new QuestionLinesInquiry(settings.questionLines());
      default -> throw new IllegalArgumentException("No judge's reward: " + name);
    };
  }

  @Override
  public String name() {
    return inquiry.name();
  }

  @Override
  public Set<Need> needs() {
    return inquiry.needs();
  }

  @Override
  public Range range() {
    return Range.UNIT;
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public Optional<String> version() {
    return Optional.of(
        "%s %s temperature %s"
            .formatted(inquiry.version(), endpoint.requireModel(), endpoint.temperature()));
  }

  @Override
  public List<RewardOutcome> score(List<ScoringInput> inputs) throws InterruptedException {
    List<ChatOutcome> answers = batch.ask(inputs.stream().map(this::question).toList());
    List<RewardOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      outcomes.add(outcome(inputs.get(i), answers.get(i)));
    }
    return outcomes;
  }

  private ChatQuestion question(ScoringInput input) {
    return new ChatQuestion(
        inquiry.template(input),
        inquiry.text(input),
        new ChatImage(input.image().orElseThrow(), PNG));
  }

  private RewardOutcome outcome(ScoringInput input, ChatOutcome outcome) {
    Optional<Effort> effort =
        Optional.of(new Effort(outcome.effort().attempts(), outcome.effort().latencyMillis()));
    if (outcome instanceof ChatOutcome.Failure failure) {
      return new Failure(failure.kind().label(), failure.message(), effort);
    }
    String answer = ((ChatOutcome.Answer) outcome).json();
    try {
      double value = inquiry.value(input, JsonText.read(answer));
      return new RewardOutcome.Value(value, answer, effort);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return new Failure(FailureKind.SCHEMA.label(), e.getMessage() + " in: " + answer, effort);
    }
  }

  @Override
  public void close() {
    batch.close();
  }
}
