package dev.tandem.jobs.examination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Demonstration;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.geneval.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlannerTest {
  private static final int DRAWS = 50;

  /** Also shows that the drawn sizes and centres of a plan's scene do not matter. */
  @ParameterizedTest
  @EnumSource
  void demonstratedPlansAreRightUnlessTheyAreFaulty(Tag tag) {
    for (int i = 0; i < DRAWS; i++) {
      PromptTask task = PromptTask.draw(tag, RandomKey.of(i).random());
      Demonstration shown = Demonstration.draw(task, RandomKey.of(i).with("plan").random());
      for (int scene = 0; scene < 3; scene++) {
        assertThat(Planner.isRight(task, shown.plan().text(), RandomKey.of(scene)))
            .isEqualTo(!shown.isFaulty());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoPlanIsNotRight(Tag tag) {
    PromptTask task = PromptTask.draw(tag, RandomKey.of(0).random());
    String plan = task.plan(RandomKey.of(1).random()).text();

    assertThat(Planner.isRight(task, plan + " and more", RandomKey.of(2))).isFalse();
    assertThat(Planner.isRight(task, "", RandomKey.of(2))).isFalse();
  }
}
