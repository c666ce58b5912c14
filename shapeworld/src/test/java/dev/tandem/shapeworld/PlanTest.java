package dev.tandem.shapeworld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.random.RandomKey;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

  @Test
  void namesObjectsInReadingOrder() {
    Plan plan =
        new Plan(
            List.of(
                new PlannedObject(Colour.BLUE, Shape.SQUARE, Place.BOTTOM_RIGHT),
                new PlannedObject(Colour.RED, Shape.CIRCLE, Place.TOP_LEFT)));
    assertThat(plan.text())
        .isEqualTo("<think>red circle top left, blue square bottom right</think>");
  }

  @Property
  void textAndSceneGiveThePlanBack(@ForAll long seed) {
    Scene scene = Scene.draw(RandomKey.of(seed).random());
    Plan plan = Plan.of(scene);
    assertThat(Plan.parse(plan.text())).contains(plan);
    assertThat(Plan.of(plan.scene(RandomKey.of(seed).with(1).random()))).isEqualTo(plan);
  }

  @Test
  void objectsMayComeInAnyOrder() {
    assertThat(Plan.parse("<think>red ring bottom left, pink star top left</think>"))
        .map(Plan::text)
        .contains("<think>pink star top left, red ring bottom left</think>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<think></think>",
        "red circle top left",
        "<think>red circle top left</think> ",
        "<think>red circle top left,blue square bottom right</think>",
        "<think>red circle top left, </think>",
        "<think>red circle</think>",
        "<think>red blob top left</think>",
        "<think>mauve circle top left</think>",
        "<think>red circle middle</think>",
        "<think>red circle top left, blue square top left</think>",
        "<think><think>red circle top left</think></think>"
      })
  void anythingElseIsNoPlan(String text) {
    assertThat(Plan.parse(text)).isEmpty();
  }

  @Test
  void twoObjectsInOneQuadrantAreRefused() {
    PlannedObject circle = new PlannedObject(Colour.RED, Shape.CIRCLE, Place.TOP_LEFT);
    assertThatThrownBy(() -> new Plan(List.of(circle, circle.withColour(Colour.BLUE))))
        .hasMessageContaining("one a quadrant");
  }
}
