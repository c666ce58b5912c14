package dev.tandem.shapeworld.detector;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.Scene;
import dev.tandem.shapeworld.Shape;
import dev.tandem.shapeworld.detector.Components.Component;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The strict, deterministic detector behind ShapeWorld's rewards.
 *
 * <p>Foreground is what differs from the estimated background; every connected region is explained
 * as a mixture of the background and one of the ten colours, and the resulting coverage of its
 * pixels is compared with painted templates of the six shapes (all sizes and sub-pixel positions,
 * sharp and with a blur of up to one pixel). A shape is reported if intersection over union with
 * its template reaches {@link #minIou}, no other shape comes close, every side of the region lies
 * within a pixel of the template's, and it beats a round blob without an edge. Pixels of another
 * colour count as errors of the template, so the reported colour has a clear majority.
 *
 * <p>Whatever passes is reported with a score above 0.9, GenEval's threshold for counting: this
 * detector decides itself and leaves no doubtful detections to later rules.
 *
 * <p>On weak images it misses objects rather than inventing them. It finds practically all objects
 * up to a blur with a standard deviation of 1 pixel, noise of 15 grey levels or colours faded by a
 * tenth; most up to a blur of 1.5, noise of 20 or a fading by a fifth; hardly any from a blur of 2,
 * noise of 25 or a fading by a third on. Blobs, halves of shapes and merged shapes are not
 * reported, overlapping shapes never as two; an irregular blob passes now and then (1 in 20), and
 * what remains of a cut triangle can be a smaller triangle. {@code WeakImagesTest} and {@code
 * FalseShapesTest} pin the figures.
 */
public final class Detector {
  /** RGB distance from the background at which a pixel is foreground: half of what white has. */
  private static final double FOREGROUND_DISTANCE = 36;

  /** The same in standard deviations of the noise, for noisy images. */
  private static final double FOREGROUND_NOISE = 3.5;

  /** Smaller regions are noise: the smallest star covers 32 pixels. */
  private static final int MIN_PIXELS = 12;

  /** How much better than any other shape (and a blob) the right one must fit. */
  private static final double MIN_MARGIN = 0.02;

  /** Pixels by which a region's sides may miss the template's. */
  private static final int MAX_MISFIT = 1;

  private static final double BASE_SCORE = 0.9;

  private Detector() {}

  /**
   * Intersection over union that a template must reach. Renders reach 0.90 and more; compact shapes
   * keep more of it in blurred images and are what blobs resemble, so more is asked of them.
   */
  static double minIou(Shape shape) {
    return switch (shape) {
      case CIRCLE, SQUARE -> 0.82;
      case TRIANGLE -> 0.78;
      case CROSS -> 0.76;
      case RING, STAR -> 0.74;
    };
  }

  /**
   * Finds the shapes of an image of {@link Scene#SIZE} by {@link Scene#SIZE} pixels, in reading
   * order of their topmost pixels. Classes are {@link Shape#word()}s; boxes are the squares that
   * scenes stretch shapes to; scores lie in (0.9, 1].
   */
  public static List<Detection> detect(RgbImage image) {
    if (image.width() != Scene.SIZE || image.height() != Scene.SIZE) {
      throw new IllegalArgumentException(
          "Cannot detect shapes: found %s, expected %d x %d pixels"
              .formatted(image, Scene.SIZE, Scene.SIZE));
    }
    byte[] rgb = image.rgb();
    Background background = Background.estimate(image);
    Components components = Components.of(foreground(rgb, background), MIN_PIXELS);
    List<Detection> detections = new ArrayList<>();
    for (Component component : components.large()) {
      recognise(Coverage.of(rgb, background, components, component)).ifPresent(detections::add);
    }
    return detections;
  }

  private static boolean[] foreground(byte[] rgb, Background background) {
    double distance = Math.max(FOREGROUND_DISTANCE, FOREGROUND_NOISE * background.noise());
    boolean[] mask = new boolean[Scene.SIZE * Scene.SIZE];
    for (int pixel = 0; pixel < mask.length; pixel++) {
      mask[pixel] = background.squaredDistance(rgb, pixel) > distance * distance;
    }
    return mask;
  }

  private static Optional<Detection> recognise(Coverage coverage) {
    Optional<TemplateFit> best = Optional.empty();
    double rival = Blob.iou(coverage);
    for (Shape shape : Shape.values()) {
      TemplateFit fit = TemplateFit.best(shape, coverage);
      double leader = best.map(TemplateFit::iou).orElse(0.0);
      rival = Math.max(rival, Math.min(leader, fit.iou()));
      if (fit.iou() > leader) {
        best = Optional.of(fit);
      }
    }
    double toBeat = rival + MIN_MARGIN;
    return best.filter(fit -> isConvincing(fit, toBeat)).map(fit -> report(fit, coverage));
  }

  private static boolean isConvincing(TemplateFit fit, double toBeat) {
    return fit.iou() >= minIou(fit.shape()) && fit.iou() > toBeat && fit.misfit() <= MAX_MISFIT;
  }

  private static Detection report(TemplateFit fit, Coverage coverage) {
    double score = BASE_SCORE + (1 - BASE_SCORE) * fit.iou();
    return new Detection(fit.shape().word(), fit.box(), score, coverage.colour().word());
  }
}
