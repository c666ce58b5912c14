package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.Answer;
import java.util.List;

/**
 * What an examination found.
 *
 * @param prompts one for each prompt, in order
 * @param answers one for each question, in order
 */
public record Findings(List<PromptFindings> prompts, List<Answer> answers) {
  public Findings {
    prompts = List.copyOf(prompts);
    answers = List.copyOf(answers);
  }
}
