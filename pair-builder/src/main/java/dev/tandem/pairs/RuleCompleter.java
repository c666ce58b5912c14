package dev.tandem.pairs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.pairs.completion.OptionQuestion;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a question for a generation sample by rule, from its GenEval metadata: which of four
 * classes the image shows, the wrong ones drawn from the classes of the data. The same sample among
 * the same classes always gets the same question.
 *
 * @param classes all classes that the metadata of the data name, sorted
 */
record RuleCompleter(List<String> classes) implements Serializable {
  /** Written as {@code completed:<by whom>}. */
  static final String PROVENANCE = "completed:rule";

  private static final int OPTIONS = 4;
  private static final ObjectMapper JSON = new ObjectMapper();

  RuleCompleter {
    classes = List.copyOf(new TreeSet<>(classes));
  }

  /**
   * The understanding half of a sample.
   *
   * @param question the question with its options, as it is shown
   * @param options the options' texts
   * @param answer the letter of the right one
   */
  record Completion(String question, List<String> options, String answer) {}

  /** The classes that a sample's metadata ask for. */
  static Set<String> included(String metadata) {
    return classes(parse(metadata).path("include"));
  }

  /** The question, or nothing where the metadata name no class or the data too few others. */
  Optional<Completion> complete(String sampleId, String metadata) {
    JsonNode parsed = parse(metadata);
    JsonNode include = parsed.path("include");
    Set<String> shown = classes(include);
    List<String> others = new ArrayList<>(classes);
    others.removeAll(shown);
    others.removeAll(classes(parsed.path("exclude"))); // "fewer than n" may still be shown
    if (shown.isEmpty() || others.size() < OPTIONS - 1) {
      return Optional.empty();
    }
    CounterRandom random = RandomKey.of(0).with(PROVENANCE).with(sampleId).random();
    random.shuffle(others);
    List<String> named = new ArrayList<>(others.subList(0, OPTIONS - 1));
    named.add(random.pick(List.copyOf(shown)));
    random.shuffle(named);
    boolean single = include.size() == 1 && include.get(0).path("count").asInt(1) == 1;
    Completion completion = write(named, shown, single);
    return Optional.of(completion).filter(c -> holds(c, named, shown));
  }

  private static Completion write(List<String> named, Set<String> shown, boolean single) {
    String asked = single ? "What is shown in the image?" : "Which of these is in the image?";
    List<String> options = new ArrayList<>();
    String answer = "";
    for (int i = 0; i < named.size(); i++) {
      options.add(single ? withArticle(named.get(i)) : named.get(i));
      if (shown.contains(named.get(i))) {
        answer = String.valueOf((char) ('A' + i));
      }
    }
    return new Completion(new OptionQuestion(asked, options, answer).text(), options, answer);
  }

  /** The verification of the completed half against the metadata: one option holds, the answer. */
  private static boolean holds(Completion completion, List<String> named, Set<String> shown) {
    return named.stream().filter(shown::contains).count() == 1
        && Set.copyOf(completion.options()).size() == OPTIONS
        && shown.contains(named.get(completion.answer().charAt(0) - 'A'));
  }

  private static String withArticle(String name) {
    return ("aeiou".indexOf(Character.toLowerCase(name.charAt(0))) >= 0 ? "An " : "A ") + name;
  }

  private static Set<String> classes(JsonNode clauses) {
    Set<String> classes = new TreeSet<>();
    for (JsonNode clause : clauses) {
      String name = clause.path("class").asText("");
      if (!name.isBlank()) {
        classes.add(name);
      }
    }
    return classes;
  }

  private static JsonNode parse(String metadata) {
    try {
      return JSON.readTree(metadata);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode(); // nothing to complete from; the sample stays as it is
    }
  }
}
