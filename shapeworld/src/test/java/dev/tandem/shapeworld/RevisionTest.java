package dev.tandem.shapeworld;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.geneval.Clause;
import dev.tandem.shapeworld.geneval.GenEvalMetadata;
import dev.tandem.shapeworld.geneval.Relation;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RevisionTest {
  private static final RandomKey KEY = RandomKey.of(8);

  @Property(tries = 3_000)
  void everyEditLeadsToASceneThatSatisfiesThePrompt(@ForAll long seed) {
    PromptTask task = PromptTask.draw(RandomKey.of(seed).random());
    Scene scene = Scene.draw(RandomKey.of(seed).with(1).random());
    Revision revision = Revision.of(task, scene, RandomKey.of(seed).with(2).random());
    assertThat(task.isSatisfiedBy(revision.edited())).as("%s: %s", task, revision).isTrue();
    assertThat(revision.edit().steps().isEmpty()).isEqualTo(task.isSatisfiedBy(scene));
    assertThat(revision.thought()).isNotEmpty().doesNotContain("<");
  }

  @Property
  void aFaultyDemonstrationIsMendedInAtMostTwoSteps(@ForAll long seed) {
    PromptTask task = PromptTask.draw(RandomKey.of(seed).random());
    Demonstration shown = Demonstration.draw(task, RandomKey.of(seed).with(1).random());
    Revision revision = Revision.of(task, shown.scene(), RandomKey.of(seed).with(2).random());
    assertThat(revision.edit().steps()).hasSizeLessThanOrEqualTo(2);
    assertThat(revision.edit().steps().isEmpty()).isEqualTo(!shown.isFaulty());
  }

  @Test
  void aRightImageNeedsNoEditAndStaysTheSame() {
    PromptTask task = PromptTask.draw(Tag.COLORS, KEY.random());
    Scene scene = task.scene(KEY.with(1).random());
    Revision revision = Revision.of(task, scene, KEY.with(2).random());
    assertThat(revision.text())
        .isEqualTo("<think>the image is right</think>No further edit needed.");
    assertThat(revision.edited()).isSameAs(scene);
  }

  @Test
  void swappedColoursAreChangedBack() {
    PromptTask task =
        task(
            Tag.COLOR_ATTR,
            Clause.of("circle", 1).withColor("red"),
            Clause.of("square", 1).withColor("blue"));
    assertThat(revise(task, "blue circle top left, red square top right"))
        .isEqualTo(
            "<think>the circle is blue not red, the square is red not blue</think>"
                + "change the blue circle top left to red, change the red square top right to blue");
  }

  @Test
  void aMissingObjectIsAdded() {
    PromptTask task = task(Tag.COUNTING, Clause.of("star", 2));
    assertThat(revise(task, "red star top left"))
        .matches("<think>one star is missing</think>add an? \\w+ star (top right|bottom \\w+)");
  }

  @Test
  void anObjectInTheWrongRelationMoves() {
    PromptTask task =
        task(
            Tag.POSITION,
            Clause.of("ring", 1),
            Clause.of("cross", 1).withPosition(Relation.LEFT_OF, 0));
    assertThat(revise(task, "red ring top left, blue cross bottom left"))
        .matches(
            "<think>the cross is not left of the ring</think>"
                + "move the red ring top left to bottom right");
  }

  private static PromptTask task(Tag tag, Clause... include) {
    return new PromptTask(
        tag, "a photo", new GenEvalMetadata(tag.word(), List.of(include), List.of()));
  }

  private static String revise(PromptTask task, String plan) {
    Scene scene = Plan.parse("<think>" + plan + "</think>").orElseThrow().scene(KEY.random());
    return Revision.of(task, scene, KEY.with(1).random()).text();
  }
}
