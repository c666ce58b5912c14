package dev.tandem.shapeworld.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Plan;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.Renderer;
import dev.tandem.shapeworld.Rgb;
import dev.tandem.shapeworld.Scene;
import dev.tandem.shapeworld.detector.DetectorAccuracyTest.Method;
import dev.tandem.shapeworld.geneval.Detection;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pins how many of the objects of two-object scenes each detector finds, right in shape, colour and
 * quadrant, in blurred, noisy and faded images; and that it invents next to nothing.
 */
class WeakImagesTest {
  private static final int IMAGES = 300;

  /** Found shares are pinned up to this. */
  private static final double TOLERANCE = 0.05;

  /** Wrong detections per object. */
  private static final double INVENTED = 0.005;

  @ParameterizedTest
  @CsvSource({
    // blur, noise, colour kept, share found by the detector, by the audit
    "0,    0,  1.0, 1.00, 1.00",
    "0.5,  0,  1.0, 1.00, 1.00",
    "0.75, 0,  1.0, 1.00, 1.00",
    "1,    0,  1.0, 1.00, 0.94",
    "1.5,  0,  1.0, 0.72, 0.47",
    "2,    0,  1.0, 0.00, 0.00",
    "3,    0,  1.0, 0.00, 0.00",
    "0,    10, 1.0, 1.00, 1.00",
    "0,    15, 1.0, 0.98, 1.00",
    "0,    20, 1.0, 0.86, 0.96",
    "0,    25, 1.0, 0.06, 0.92",
    "0.75, 8,  1.0, 1.00, 1.00",
    "1,    12, 1.0, 0.95, 0.98",
    "0,    0,  0.9, 1.00, 1.00",
    "0,    0,  0.8, 0.68, 0.34",
    "0,    0,  0.7, 0.19, 0.00",
  })
  void detectionRatesAreAsDocumented(
      double blur, double noise, double kept, double byDetector, double byAudit) {
    assertRate(Method.DETECTOR, blur, noise, kept, byDetector);
    assertRate(Method.AUDIT, blur, noise, kept, byAudit);
  }

  private static void assertRate(
      Method method, double blur, double noise, double kept, double expected) {
    int objects = 0;
    int right = 0;
    int wrong = 0;
    for (int i = 0; i < IMAGES; i++) {
      CounterRandom random = RandomKey.of(41).with(i).random();
      Scene scene = PromptTask.draw(Tag.TWO_OBJECT, random).scene(random);
      RgbImage faded = fade(Renderer.render(scene), scene.background(), kept);
      RgbImage image = Spoil.addNoise(Spoil.blur(faded, blur), noise, random);
      for (Detection detection : method.detect(image)) {
        boolean known =
            Stream.of(detection)
                .flatMap(d -> Plan.of(List.of(d)).stream())
                .allMatch(plan -> Plan.of(scene).objects().containsAll(plan.objects()));
        right += known ? 1 : 0;
        wrong += known ? 0 : 1;
      }
      objects += scene.objects().size();
    }
    double rate = (double) right / objects;
    System.out.printf(
        Locale.ROOT,
        "%-8s blur %.2f noise %2.0f kept %.1f: found %.3f, invented %.3f%n",
        method,
        blur,
        noise,
        kept,
        rate,
        (double) wrong / objects);
    assertThat(rate).as("found by %s", method).isCloseTo(expected, within(TOLERANCE));
    assertThat((double) wrong / objects).as("invented by %s", method).isLessThan(INVENTED);
  }

  /** Moves every pixel towards the background, keeping a share of its colour. */
  private static RgbImage fade(RgbImage image, Rgb background, double kept) {
    int[] ground = {background.red(), background.green(), background.blue()};
    byte[] rgb = image.rgb().clone();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) Math.round(ground[i % 3] + kept * ((rgb[i] & 0xFF) - ground[i % 3]));
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }
}
