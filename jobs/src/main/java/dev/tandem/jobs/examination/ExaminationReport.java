package dev.tandem.jobs.examination;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.policy.PolicyInfo;
import dev.tandem.shapeworld.PromptTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What an examination found, to read, to compute with and to look at. */
public final class ExaminationReport {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final PolicyInfo policy;
  private final EvaluationSet set;
  private final Findings findings;
  private final List<Score> scores;

  public ExaminationReport(PolicyInfo policy, EvaluationSet set, Findings findings) {
    this.policy = policy;
    this.set = set;
    this.findings = findings;
    this.scores = ScoreSheet.of(findings);
  }

  /** Every figure with its number of items and its interval, and how many prompts differ. */
  public String table() {
    String distinct =
        distinctPrompts().entrySet().stream()
            .map(tag -> tag.getKey() + " " + tag.getValue())
            .collect(Collectors.joining(", "));
    return ScoreTable.of(scores) + "\n\nDifferent prompts among them: " + distinct;
  }

  /** Templates have few texts: how many were asked, by tag. */
  private Map<String, Integer> distinctPrompts() {
    Map<String, Set<String>> texts = new LinkedHashMap<>();
    for (PromptFindings found : findings.prompts()) {
      PromptTask task = found.task();
      texts.computeIfAbsent(task.tag().word(), tag -> new HashSet<>()).add(task.prompt());
    }
    Map<String, Integer> counts = new LinkedHashMap<>();
    texts.forEach((tag, prompts) -> counts.put(tag, prompts.size()));
    return counts;
  }

  /**
   * The figures as JSON: {@code policy} (version), {@code settings}, {@code distinct_prompts} by
   * tag, and {@code scores}, each with {@code skill}, {@code measure}, {@code group}, {@code
   * count}, {@code share} (null of no items), {@code low} and {@code high}.
   */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("policy", policy.version());
    root.set("settings", settings());
    distinctPrompts().forEach(root.putObject("distinct_prompts")::put);
    ArrayNode list = root.putArray("scores");
    scores.forEach(score -> list.add(json(score)));
    try {
      return JSON.writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree can always be written", e);
    }
  }

  private ObjectNode settings() {
    TandemConfig.Evaluation settings = set.settings();
    return JSON.createObjectNode()
        .put("prompts", set.promptCount())
        .put("questions", settings.questions())
        .put("seed", settings.seed())
        .put("temperature", settings.temperature())
        .put("max_tokens", settings.maxTokens())
        .put("steps", settings.steps())
        .put("shift", settings.shift());
  }

  private static ObjectNode json(Score score) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("skill", score.skill())
            .put("measure", score.measure())
            .put("group", score.group())
            .put("count", score.count());
    if (Double.isNaN(score.share())) {
      node.putNull("share");
    } else {
      node.put("share", score.share());
    }
    return node.put("low", score.interval().low()).put("high", score.interval().high());
  }

  /** Writes {@link #json()}. */
  public void writeJson(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, json());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /**
   * Writes samples of every tag as one picture.
   *
   * @return whether the texts are in it: a machine without any font cannot draw them
   */
  public boolean writePicture(Path file) {
    return new SampleSheet(findings.prompts()).write(file);
  }
}
