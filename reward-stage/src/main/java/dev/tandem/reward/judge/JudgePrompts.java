package dev.tandem.reward.judge;

import dev.tandem.frozen.chat.PromptTemplate;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The wordings of questions to a judge: the bundled ones, or a user's own. The form of the answer
 * is always the same.
 */
public final class JudgePrompts {
  private static final Map<String, String> CHECKLIST_VALUES =
      Map.of("prompt", "a dog", "checklist", Checklist.of("{\"include\":[{\"class\":\"dog\"}]}"));
  private static final Map<String, String> QUESTIONS_VALUES = Map.of("questions", "Q1: a dog?");

  private JudgePrompts() {}

  /**
   * The wording of {@code vlm_judge}.
   *
   * @param file its own, with {@code {prompt}} and {@code {checklist}}; empty for the bundled one
   * @throws UserError if the file cannot be used
   */
  public static PromptTemplate checklist(Optional<Path> file) {
    return load("checklist", file, CHECKLIST_VALUES);
  }

  /**
   * The wording of {@code vlm_questions}.
   *
   * @param file its own, with {@code {questions}}; empty for the bundled one
   * @throws UserError if the file cannot be used
   */
  public static PromptTemplate questions(Optional<Path> file) {
    return load("questions", file, QUESTIONS_VALUES);
  }

  /**
   * The wording of {@code vlm_question_lines}.
   *
   * @param file its own, with {@code {questions}}; empty for the bundled one
   * @throws UserError if the file cannot be used
   */
  public static PromptTemplate questionLines(Optional<Path> file) {
    return load("question_lines", file, QUESTIONS_VALUES);
  }

  private static PromptTemplate load(
      String name, Optional<Path> file, Map<String, String> placeholders) {
    PromptTemplate bundled = PromptTemplate.load(JudgePrompts.class, "prompts", name);
    if (file.isEmpty()) {
      return bundled;
    }
    try {
      PromptTemplate own =
          PromptTemplate.of(
              name,
              Files.readString(file.get(), StandardCharsets.UTF_8).replace("\r\n", "\n"),
              bundled.schema().json());
      var unused = own.render(placeholders);
      return own;
    } catch (NoSuchFileException e) {
      throw new UserError("No judge's template at %s".formatted(file.get()), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the judge's template " + file.get(), e);
    } catch (IllegalStateException | IllegalArgumentException e) {
      throw new UserError(
          "Cannot use the judge's template %s: %s (expected what the model is told to be, a line ---, and the question with places for %s)"
              .formatted(
                  file.get(), e.getMessage(), placeholders.keySet().stream().sorted().toList()),
          e);
    }
  }
}
