package dev.tandem.reward.judge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.frozen.chat.AnswerSchema;
import dev.tandem.frozen.chat.PromptTemplate;
import dev.tandem.reward.Need;
import dev.tandem.reward.ScoringInput;
import dev.tandem.reward.YesNoQuestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The share of the sample's yes-or-no questions that the judge answers rightly; it answers all of
 * them at once: {@code {"Q1": "yes", "Q2": "no"}}.
 */
final class QuestionsInquiry implements Inquiry {
  static final String NAME = "vlm_questions";

  private static final String YES_OR_NO = "^\\s*([Yy][Ee][Ss]|[Nn][Oo])\\s*$";

  private final PromptTemplate template;
  private final Map<Integer, PromptTemplate> byQuestions = new ConcurrentHashMap<>();

  /**
   * @param template with a place for {@code questions}; its schema is replaced by one that names
   *     every question
   */
  QuestionsInquiry(PromptTemplate template) {
    this.template = template;
  }

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
    return byQuestions.computeIfAbsent(
        questions(input).questions().size(),
        count ->
            new PromptTemplate(
                template.name(),
                template.version(),
                template.system(),
                template.user(),
                new AnswerSchema(template.name(), schema(count))));
  }

  @Override
  public String text(ScoringInput input) {
    List<String> questions = questions(input).questions();
    String numbered =
        IntStream.range(0, questions.size())
            .mapToObj(i -> key(i) + ": " + questions.get(i))
            .collect(Collectors.joining("\n"));
    return template.render(Map.of("questions", numbered));
  }

  @Override
  public double value(ScoringInput input, JsonNode answer) {
    YesNoQuestions questions = questions(input);
    List<String> given = new ArrayList<>();
    for (int i = 0; i < questions.questions().size(); i++) {
      given.add(answer.path(key(i)).asText());
    }
    return questions.share(given);
  }

  private static YesNoQuestions questions(ScoringInput input) {
    return YesNoQuestions.of(input.sample().metadata());
  }

  private static String key(int index) {
    return "Q" + (index + 1);
  }

  private static String schema(int questions) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    for (int i = 0; i < questions; i++) {
      properties.putObject(key(i)).put("type", "string").put("pattern", YES_OR_NO);
      schema.withArray("required").add(key(i));
    }
    return schema.put("additionalProperties", false).toString();
  }
}
