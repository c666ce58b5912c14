package dev.tandem.reward.judge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.frozen.chat.PromptTemplate;
import dev.tandem.reward.Need;
import dev.tandem.reward.ScoringInput;
import dev.tandem.reward.YesNoQuestions;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The share of the sample's yes-or-no questions that the judge answers rightly, as R3 evaluates on
 * TIIF: in plain text, a line for each question that begins with yes or no and may give a reason.
 * It suits models that answer better with a reason, or that write no JSON.
 *
 * @param template with a place for {@code questions}, for an answer in plain text
 */
record QuestionLinesInquiry(PromptTemplate template) implements Inquiry {
  static final String NAME = "vlm_question_lines";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.IMAGE, Need.QUESTIONS);
  }

  @Override
  public String version() {
    return template.version();
  }

  @Override
  public PromptTemplate template(ScoringInput input) {
    return template;
  }

  @Override
  public String text(ScoringInput input) {
    // Without numbers: a line that repeats one would not begin with its answer.
    String questions =
        questions(input).questions().stream().map(String::strip).collect(Collectors.joining("\n"));
    return template.render(Map.of("questions", questions));
  }

  @Override
  public double value(ScoringInput input, JsonNode answer) {
    return questions(input).shareOfLines(answer.textValue());
  }

  private static YesNoQuestions questions(ScoringInput input) {
    return YesNoQuestions.of(input.sample().metadata());
  }
}
