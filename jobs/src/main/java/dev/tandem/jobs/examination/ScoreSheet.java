package dev.tandem.jobs.examination;

import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.shapeworld.QuestionKind;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Counts findings, skill by skill. */
final class ScoreSheet {
  private final Findings findings;
  private final List<Score> scores = new ArrayList<>();

  private ScoreSheet(Findings findings) {
    this.findings = findings;
  }

  /** All scores in the order in which they are read. */
  static List<Score> of(Findings findings) {
    ScoreSheet sheet = new ScoreSheet(findings);
    sheet.drawing();
    sheet.planning();
    sheet.multipleChoice();
    sheet.reflection("own images", PromptFindings::own);
    sheet.reflection("rendered scenes", PromptFindings::rendered);
    sheet.edits("own images", PromptFindings::own);
    sheet.edits("rendered scenes", PromptFindings::rendered);
    return List.copyOf(sheet.scores);
  }

  private void drawing() {
    byTag("drawing", "after a right plan", p -> share(p.drawing().strict()));
    byTag("drawing", "after a right plan, by the audit", p -> share(p.drawing().audit()));
    byTag("drawing", "after an own plan", p -> share(p.own().truth().strict()));
    byTag("drawing", "after an own plan, by the audit", p -> share(p.own().truth().audit()));
  }

  private void planning() {
    byTag("planning", "greedy plan right", p -> share(p.planning().greedyRight()));
    byTag("planning", "sampled plans right", p -> p.planning().rightShare());
    byTag(
        "planning",
        "any of %d plans right".formatted(Planner.SAMPLES),
        p -> share(p.planning().anyRight()));
    byTag("planning", "sampled plans well-formed", p -> p.planning().wellFormedShare());
  }

  private static double share(boolean holds) {
    return holds ? 1 : 0;
  }

  private void byTag(String skill, String measure, ToDoubleFunction<PromptFindings> value) {
    for (Tag tag : Tag.values()) {
      List<PromptFindings> tagged =
          findings.prompts().stream().filter(p -> p.task().tag() == tag).toList();
      scores.add(Score.of(skill, measure, tag.word(), Share.mean(tagged, value)));
    }
    scores.add(Score.of(skill, measure, Score.ALL, Share.mean(findings.prompts(), value)));
  }

  private void multipleChoice() {
    String skill = "multiple choice";
    for (QuestionKind kind : QuestionKind.values()) {
      String name = kind.name().toLowerCase(Locale.ROOT);
      List<Answer> answers =
          findings.answers().stream().filter(answer -> answer.tag().equals(name)).toList();
      scores.add(Score.of(skill, "greedy answer right", name, Share.of(answers, Answer::strict)));
    }
    scores.add(
        Score.of(
            skill, "greedy answer right", Score.ALL, Share.of(findings.answers(), Answer::strict)));
  }

  private void reflection(String images, Function<PromptFindings, Critique> critique) {
    String skill = "reflection";
    List<Critique> all = findings.prompts().stream().map(critique).toList();
    List<Critique> right = all.stream().filter(Critique::wasRight).toList();
    List<Critique> wrong = all.stream().filter(c -> !c.wasRight()).toList();
    Share sensitivity = Share.of(right, Critique::leftAlone);
    Share specificity = Share.of(wrong, c -> !c.leftAlone());
    BalancedAccuracy balanced = new BalancedAccuracy(sensitivity, specificity);
    scores.add(Score.of(skill, "right ones left alone (sensitivity)", images, sensitivity));
    scores.add(Score.of(skill, "wrong ones edited (specificity)", images, specificity));
    scores.add(
        new Score(
            skill, "balanced accuracy", images, all.size(), balanced.value(), balanced.interval()));
    scores.add(Score.of(skill, "well-formed", images, Share.of(all, Critique::wellFormed)));
  }

  private void edits(String images, Function<PromptFindings, Critique> critique) {
    String skill = "edits";
    List<Critique> all = findings.prompts().stream().map(critique).toList();
    List<Critique> wrong = all.stream().filter(c -> !c.wasRight()).toList();
    List<Critique> edited = wrong.stream().filter(c -> !c.leftAlone()).toList();
    List<Critique> spared = all.stream().filter(c -> c.wasRight() && !c.leftAlone()).toList();
    scores.add(
        Score.of(skill, "wrong ones made right", images, Share.of(wrong, Critique::isRight)));
    scores.add(
        Score.of(
            skill,
            "wrong and edited ones made right",
            images,
            Share.of(edited, Critique::isRight)));
    scores.add(
        Score.of(
            skill,
            "right and edited ones still right",
            images,
            Share.of(spared, Critique::isRight)));
  }
}
