package dev.tandem.shapeworld.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Demonstration;
import dev.tandem.shapeworld.Plan;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.Renderer;
import dev.tandem.shapeworld.Scene;
import dev.tandem.shapeworld.SceneObject;
import dev.tandem.shapeworld.geneval.Detection;
import dev.tandem.shapeworld.geneval.GenEvalRules;
import dev.tandem.shapeworld.geneval.Relation;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DetectorAccuracyTest {
  private static final int RENDERS = 2_000;

  /** What is asked of each detector in every template; both reach more. */
  private static final double ACCURACY = 0.985;

  /** Pixels by which a found centre may miss: templates move in quarters of a pixel. */
  private static final double CENTRE_TOLERANCE = 0.75;

  enum Method {
    DETECTOR(Detector::detect),
    AUDIT(AuditDetector::detect);

    private final Function<RgbImage, List<Detection>> detect;

    Method(Function<RgbImage, List<Detection>> detect) {
      this.detect = detect;
    }

    List<Detection> detect(RgbImage image) {
      return detect.apply(image);
    }
  }

  @ParameterizedTest
  @EnumSource(Tag.class)
  void bothDetectorsRecoverTheSceneAndTheVerdictOfFreshRenders(Tag tag) {
    for (Method method : Method.values()) {
      int right = 0;
      for (int i = 0; i < RENDERS; i++) {
        CounterRandom random = RandomKey.of(21).with(tag.word()).with(i).random();
        PromptTask task = PromptTask.draw(tag, random);
        Scene scene = Demonstration.draw(task, random).scene();
        List<Detection> found = method.detect(Renderer.render(scene));
        boolean verdict = GenEvalRules.strict(task.metadata(), found).correct();
        if (verdict == task.isSatisfiedBy(scene)
            && Plan.of(found).equals(Optional.of(Plan.of(scene)))) {
          right++;
        }
      }
      double share = (double) right / RENDERS;
      System.out.printf(Locale.ROOT, "%-8s %-13s %.4f%n", method, tag.word(), share);
      assertThat(share).as("%s on %s", method, tag).isGreaterThanOrEqualTo(ACCURACY);
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void relationsAndCentresOfFoundBoxesAreThoseOfTheScene(Method method) {
    for (int i = 0; i < 200; i++) {
      Scene scene = Scene.draw(RandomKey.of(22).with(i).random());
      List<Detection> found = method.detect(Renderer.render(scene));
      assertThat(found).hasSameSizeAs(scene.objects());
      for (SceneObject object : scene.objects()) {
        assertThat(found).anySatisfy(detection -> assertIsAt(detection, object));
      }
      assertThat(found).allMatch(detection -> detection.score() > 0.9 && detection.score() <= 1);
    }
  }

  private static void assertIsAt(Detection detection, SceneObject object) {
    double x = (detection.box().left() + detection.box().right()) / 2;
    double y = (detection.box().top() + detection.box().bottom()) / 2;
    assertThat(detection.objectClass()).isEqualTo(object.shape().word());
    assertThat(Math.abs(x - object.x())).isLessThan(CENTRE_TOLERANCE);
    assertThat(Math.abs(y - object.y())).isLessThan(CENTRE_TOLERANCE);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void positionVerdictsHoldForEveryRelation(Method method) {
    for (int i = 0; i < 300; i++) {
      CounterRandom random = RandomKey.of(23).with(i).random();
      PromptTask task = PromptTask.draw(Tag.POSITION, random);
      Relation asked = task.metadata().include().get(1).position().orElseThrow().relation();
      List<Detection> found = method.detect(Renderer.render(task.scene(random)));
      assertThat(GenEvalRules.strict(task.metadata(), found).reason()).as(asked.words()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void anEmptyImageHasNoShapes(Method method) {
    assertThat(method.detect(new RgbImage(Scene.SIZE, Scene.SIZE, new byte[32 * 32 * 3])))
        .isEmpty();
  }

  @Test
  void imagesOfAnotherSizeAreRefused() {
    assertThatThrownBy(() -> Detector.detect(new RgbImage(16, 16, new byte[16 * 16 * 3])))
        .hasMessageContaining("expected 32 x 32");
  }
}
