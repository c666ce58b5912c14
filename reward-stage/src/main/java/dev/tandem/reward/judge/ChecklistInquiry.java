package dev.tandem.reward.judge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.frozen.chat.PromptTemplate;
import dev.tandem.reward.Need;
import dev.tandem.reward.ScoringInput;
import java.util.Map;
import java.util.Set;

/**
 * Whether an image fulfils its prompt's {@link Checklist}: {@code {"correct": 0 or 1}}.
 *
 * @param template with places for {@code prompt} and {@code checklist}
 */
record ChecklistInquiry(PromptTemplate template) implements Inquiry {
  static final String NAME = "vlm_judge";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.PROMPT, Need.IMAGE, Need.METADATA);
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
    return template.render(
        Map.of(
            "prompt", input.prompt().orElseThrow(),
            "checklist", Checklist.of(input.sample().metadata())));
  }

  @Override
  public double value(ScoringInput input, JsonNode answer) {
    return answer.path("correct").doubleValue();
  }
}
