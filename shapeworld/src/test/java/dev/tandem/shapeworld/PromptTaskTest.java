package dev.tandem.shapeworld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.geneval.GenEvalJson;
import dev.tandem.shapeworld.geneval.GenEvalRules;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PromptTaskTest {
  private static final int DRAWS = 4_000;

  /** Four standard deviations of a share over {@link #DRAWS} draws. */
  private static final double SHARE_TOLERANCE = 4 * Math.sqrt(0.25 / DRAWS);

  @Test
  void promptsReadAsGenEvalWritesThem() {
    assertThat(IntStream.range(0, 2_000).mapToObj(i -> task(i).prompt()))
        .contains(
            "a photo of a circle",
            "a photo of a star and a ring",
            "a photo of three crosses",
            "a photo of four squares",
            "a photo of an orange triangle",
            "a photo of a cross left of a ring")
        .allMatch(prompt -> prompt.startsWith("a photo of "))
        .noneMatch(prompt -> prompt.contains(" a orange") || prompt.contains("crosss"));
  }

  @Test
  void aPositionPromptNamesItsTargetFirstInTheMetadata() {
    PromptTask task =
        IntStream.range(0, 5_000)
            .mapToObj(PromptTaskTest::task)
            .filter(t -> t.prompt().equals("a photo of a cross left of a ring"))
            .findFirst()
            .orElseThrow();
    assertThat(GenEvalJson.write(task.metadata()))
        .isEqualTo(
            "{\"include\":[{\"class\":\"ring\",\"count\":1},"
                + "{\"class\":\"cross\",\"count\":1,\"position\":[\"left of\",0]}]}");
  }

  private static PromptTask task(int index) {
    return PromptTask.draw(RandomKey.of(3).with(index).random());
  }

  @Property
  void scenesOfAPromptSatisfyIt(@ForAll long seed) {
    PromptTask task = PromptTask.draw(RandomKey.of(seed).random());
    Scene scene = task.scene(RandomKey.of(seed).with("scene").random());
    assertThat(GenEvalRules.strict(task.metadata(), scene.detections()).reason()).isEmpty();
    assertThat(GenEvalRules.rewardServer(task.metadata(), scene.detections()).score()).isEqualTo(1);
  }

  @Property
  void faultyDemonstrationsFailTheirPromptAndTheSceneFollowsThePlan(@ForAll long seed) {
    PromptTask task = PromptTask.draw(RandomKey.of(seed).random());
    Demonstration shown = Demonstration.draw(task, RandomKey.of(seed).with("shown").random());
    assertThat(Plan.of(shown.scene())).isEqualTo(shown.plan());
    assertThat(task.isSatisfiedBy(shown.scene())).isEqualTo(!shown.isFaulty());
    assertThat(Demonstration.drawRight(task, RandomKey.of(seed).random()).isFaulty()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Tag.class)
  void demonstrationsAreFaultyAsOftenAsDocumented(Tag tag) {
    long faulty =
        IntStream.range(0, DRAWS)
            .mapToObj(i -> RandomKey.of(4).with(i).random())
            .filter(random -> Demonstration.draw(PromptTask.draw(tag, random), random).isFaulty())
            .count();
    double documented = PlanFault.of(tag).map(PlanFault::probability).orElse(0.0);
    if (tag == Tag.POSITION) {
      // An object that should stand on the left does so also where the relation is ignored.
      documented *= 0.75;
    }
    assertThat((double) faulty / DRAWS).isCloseTo(documented, within(SHARE_TOLERANCE));
  }

  @Test
  void everyPlaceRelationAgreesWithGenEvalsRuleWhateverTheJitter() {
    List<String> disagreements = new ArrayList<>();
    for (int i = 0; i < DRAWS; i++) {
      List<SceneObject> objects = Scene.draw(RandomKey.of(5).with(i).random()).objects();
      for (SceneObject a : objects) {
        for (SceneObject b : objects) {
          var found = a.detection().box().relationsTo(b.detection().box());
          for (var relation : dev.tandem.shapeworld.geneval.Relation.values()) {
            if (a.place().is(relation, b.place()) != found.contains(relation)) {
              disagreements.add(a + " " + relation + " " + b);
            }
          }
        }
      }
    }
    assertThat(disagreements).isEmpty();
  }
}
