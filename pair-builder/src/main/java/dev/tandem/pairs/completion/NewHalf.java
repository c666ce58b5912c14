package dev.tandem.pairs.completion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.frozen.chat.PromptTemplate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The half that a sample lacks: how it is asked for, checked and read. */
enum NewHalf {
  /** The caption of an understanding sample. */
  CAPTION {
    @Override
    Map<String, String> given(SampleState sample) {
      return Map.of("question", sample.requireQuestion(), "answer", sample.requireAnswer());
    }

    @Override
    Map<String, String> drafted(SampleState sample, JsonNode draft) {
      return Map.of(
          "caption",
          draft.path("caption").asText().strip(),
          "question",
          sample.requireQuestion(),
          "answer",
          sample.requireAnswer());
    }

    @Override
    Optional<String> defect(JsonNode draft) {
      return draft.path("caption").asText().isBlank()
          ? Optional.of("the caption is empty")
          : Optional.empty();
    }
  },
  /** The question, options and answer of a generation sample. */
  QUESTION {
    @Override
    Map<String, String> given(SampleState sample) {
      return Map.of("prompt", sample.requirePrompt());
    }

    @Override
    Map<String, String> drafted(SampleState sample, JsonNode draft) {
      OptionQuestion question = question(draft);
      return Map.of(
          "prompt",
          sample.requirePrompt(),
          "question",
          question.listed(),
          "answer",
          question.answer());
    }

    @Override
    Optional<String> defect(JsonNode draft) {
      OptionQuestion question = question(draft);
      if (question.asked().isBlank() || question.options().stream().anyMatch(String::isBlank)) {
        return Optional.of("the question or an option is empty");
      }
      return new HashSet<>(question.options()).size() < question.options().size()
          ? Optional.of("two options are the same")
          : Optional.empty();
    }
  };

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FOLDER = "prompts";

  private final PromptTemplate writer = load(name().toLowerCase(java.util.Locale.ROOT));
  private final PromptTemplate checker = load("check_" + name().toLowerCase(java.util.Locale.ROOT));

  /** The values of the template that asks for a draft, but for the objections. */
  abstract Map<String, String> given(SampleState sample);

  /** The values of the template that checks a draft. */
  abstract Map<String, String> drafted(SampleState sample, JsonNode draft);

  /** What is wrong with a draft on its face, beyond its schema. */
  abstract Optional<String> defect(JsonNode draft);

  PromptTemplate writer() {
    return writer;
  }

  PromptTemplate checker() {
    return checker;
  }

  static List<PromptTemplate> templates() {
    List<PromptTemplate> templates = new ArrayList<>();
    for (NewHalf half : values()) {
      templates.add(half.writer);
      templates.add(half.checker);
    }
    return templates;
  }

  /** The question of an answer in the form of the question's schema. */
  static OptionQuestion question(JsonNode draft) {
    List<String> options = new ArrayList<>();
    draft.path("options").forEach(option -> options.add(option.asText().strip()));
    return new OptionQuestion(
        draft.path("question").asText().strip(), options, draft.path("answer").asText());
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An answer in model_replies is not JSON: " + json, e);
    }
  }

  private static PromptTemplate load(String name) {
    return PromptTemplate.load(NewHalf.class, FOLDER, name);
  }
}
