package dev.tandem.shapeworld.detector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.Colour;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.Renderer;
import dev.tandem.shapeworld.Rgb;
import dev.tandem.shapeworld.Scene;
import dev.tandem.shapeworld.SceneObject;
import dev.tandem.shapeworld.Shape;
import dev.tandem.shapeworld.detector.DetectorAccuracyTest.Method;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Neither detector takes for a shape what only resembles one. */
class FalseShapesTest {
  private static final int IMAGES = 400;

  /** Detections per image of something that resembles no shape. */
  private static final double HARDLY_EVER = 0.01;

  /** The same for accidents of chance: an irregular blob may happen to be round. */
  private static final double RARELY = 0.08;

  /** Distance of merged shapes as a share of their size; they overlap whatever they are. */
  private static final double OVERLAPPING = 0.4;

  /** An image made from one object, drawn at random. */
  @FunctionalInterface
  private interface Maker {
    RgbImage make(Scene scene, SceneObject object, CounterRandom random);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void glowingBlobsWithoutAnEdgeAreNoShapes(Method method) {
    Maker maker =
        (scene, object, random) -> {
          double sigma = 2 + 3 * random.nextDouble();
          return Spoil.glow(empty(scene), object.colour().rgb(), object.x(), object.y(), sigma);
        };
    assertThat(found(method, "glowing blobs", maker)).isLessThan(HARDLY_EVER);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void stronglyBlurredShapesAreNoShapes(Method method) {
    Maker maker =
        (scene, object, random) -> Spoil.blur(Renderer.render(scene), 2.5 + random.nextDouble());
    assertThat(found(method, "blurred shapes", maker)).isLessThan(HARDLY_EVER);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void oblongBlobsAreNoCircles(Method method) {
    Maker maker =
        (scene, object, random) -> {
          double ratio = 1.4 + random.nextDouble();
          double angle = 2 * Math.PI * random.nextDouble();
          return Spoil.paint(
              empty(scene),
              object.colour().rgb(),
              (x, y) -> {
                double dx = x - object.x();
                double dy = y - object.y();
                double along = dx * Math.cos(angle) + dy * Math.sin(angle);
                double across = dy * Math.cos(angle) - dx * Math.sin(angle);
                return along * along / ratio + across * across * ratio < 5.5 * 5.5;
              });
        };
    assertThat(found(method, "oblong blobs", maker)).isLessThan(HARDLY_EVER);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void irregularBlobsAreRarelyShapes(Method method) {
    Maker maker =
        (scene, object, random) -> {
          float[] waves = random.nextGaussians(4);
          double turn = 2 * Math.PI * random.nextDouble();
          return Spoil.paint(
              empty(scene),
              object.colour().rgb(),
              (x, y) -> {
                double angle = Math.atan2(y - object.y(), x - object.x());
                double radius = 1;
                for (int k = 0; k < waves.length; k++) {
                  radius += 0.25 * waves[k] * Math.cos((k + 2) * angle + turn * (k + 1));
                }
                return Math.hypot(x - object.x(), y - object.y()) < 5 * radius;
              });
        };
    assertThat(found(method, "irregular blobs", maker)).isLessThan(RARELY);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void pureNoiseHasNoShapes(Method method) {
    Maker maker = (scene, object, random) -> Spoil.addNoise(empty(scene), 60, random);
    assertThat(found(method, "noise", maker)).isLessThan(HARDLY_EVER);
  }

  /** What remains of a triangle can be a smaller triangle, so a few are found. */
  @ParameterizedTest
  @EnumSource(Method.class)
  void halvesOfShapesAreNotCountedAsWhole(Method method) {
    Maker maker =
        (scene, object, random) -> {
          double angle = 2 * Math.PI * random.nextDouble();
          return Spoil.cut(Renderer.render(scene), scene.background(), object, 0.45, angle);
        };
    assertThat(found(method, "halves", maker)).isLessThan(3 * HARDLY_EVER);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void mergedShapesOfOneColourAreNeverTwo(Method method) {
    assertThat(mostFoundInMerged(method, false)).isLessThanOrEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Method.class)
  void mergedShapesOfTwoColoursAreNeverTwo(Method method) {
    assertThat(mostFoundInMerged(method, true)).isLessThanOrEqualTo(1);
  }

  private static int mostFoundInMerged(Method method, boolean twoColours) {
    int most = 0;
    for (int i = 0; i < IMAGES; i++) {
      CounterRandom random = RandomKey.of(32).with(i).random();
      Scene scene = PromptTask.draw(Tag.SINGLE_OBJECT, random).scene(random);
      SceneObject object = scene.objects().get(0);
      double angle = 2 * Math.PI * random.nextDouble();
      double x0 = object.x() + OVERLAPPING * object.size() * Math.cos(angle);
      double y0 = object.y() + OVERLAPPING * object.size() * Math.sin(angle);
      Shape shape = Shape.values()[random.nextInt(Shape.values().length)];
      Colour other = Colour.values()[random.nextInt(Colour.values().length)];
      Colour colour = twoColours ? other : object.colour();
      RgbImage merged =
          Spoil.paint(
              Renderer.render(scene),
              colour.rgb(),
              (x, y) -> {
                double u = (x - x0) / 5.5;
                double v = (y - y0) / 5.5;
                return Math.abs(u) <= 1 && Math.abs(v) <= 1 && shape.contains(u, v);
              });
      most = Math.max(most, method.detect(merged).size());
    }
    return most;
  }

  private static double found(Method method, String what, Maker maker) {
    int found = 0;
    for (int i = 0; i < IMAGES; i++) {
      CounterRandom random = RandomKey.of(31).with(i).random();
      Scene scene = PromptTask.draw(Tag.SINGLE_OBJECT, random).scene(random);
      found += method.detect(maker.make(scene, scene.objects().get(0), random)).size();
    }
    double rate = (double) found / IMAGES;
    System.out.printf(Locale.ROOT, "%-8s %-15s %.4f detections an image%n", method, what, rate);
    return rate;
  }

  private static RgbImage empty(Scene scene) {
    Rgb background = scene.background();
    byte[] rgb = new byte[Scene.SIZE * Scene.SIZE * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) background.red();
      rgb[i + 1] = (byte) background.green();
      rgb[i + 2] = (byte) background.blue();
    }
    return new RgbImage(Scene.SIZE, Scene.SIZE, rgb);
  }
}
