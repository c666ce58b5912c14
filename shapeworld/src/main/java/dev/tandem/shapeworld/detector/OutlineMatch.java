package dev.tandem.shapeworld.detector;

import dev.tandem.shapeworld.Shape;
import dev.tandem.shapeworld.geneval.Box;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A shape whose outline agrees with a traced one.
 *
 * @param shape which
 * @param size side of the shape's square in pixels
 * @param error root mean square difference of the curves, as a share of the mean reach
 * @param x centre column in pixels
 * @param y centre row in pixels
 */
record OutlineMatch(Shape shape, double size, double error, double x, double y) {
  /** Side of the square in which the shapes' own outlines are traced, in pixels. */
  private static final double REFERENCE_SIZE = 11.5;

  private static final int CANVAS = 32;
  private static final int SAMPLES = 8;

  private static final double MAX_ERROR = 0.1;

  /** The next best shape's error must be larger by this factor. */
  private static final double MIN_LEAD = 1.25;

  private static final double MAX_EDGE_WIDTH = 3;
  private static final double MIN_SIZE = 9;
  private static final double MAX_SIZE = 14.25;
  private static final double BASE_SCORE = 0.9;

  /** Blurred references: each smoothing adds a variance of half a pixel squared. */
  private static final int SMOOTHINGS = 2;

  private static final List<Reference> REFERENCES = references();

  /** The outline of a shape of {@link #REFERENCE_SIZE} in the middle of a canvas. */
  private record Reference(Shape shape, Outline outline) {}

  private static List<Reference> references() {
    List<Reference> references = new ArrayList<>();
    for (Shape shape : Shape.values()) {
      double[] shares = paint(shape);
      for (int i = 0; i <= SMOOTHINGS; i++) {
        Outline outline = Outline.trace(shares, CANVAS, CANVAS / 2.0, CANVAS / 2.0);
        references.add(new Reference(shape, outline));
        shares = smooth(smooth(shares, 1), CANVAS);
      }
    }
    return List.copyOf(references);
  }

  /**
   * Weighs every pixel and its neighbours in one direction 1 : 2 : 1; the canvas' edge is empty.
   */
  private static double[] smooth(double[] shares, int stride) {
    double[] smoothed = new double[shares.length];
    for (int i = stride; i < shares.length - stride; i++) {
      smoothed[i] = (shares[i - stride] + 2 * shares[i] + shares[i + stride]) / 4;
    }
    return smoothed;
  }

  private static double[] paint(Shape shape) {
    double centre = CANVAS / 2.0;
    double[] shares = new double[CANVAS * CANVAS];
    for (int i = 0; i < CANVAS * SAMPLES; i++) {
      double y = ((i + 0.5) / SAMPLES - centre) * 2 / REFERENCE_SIZE;
      for (int j = 0; j < CANVAS * SAMPLES; j++) {
        double x = ((j + 0.5) / SAMPLES - centre) * 2 / REFERENCE_SIZE;
        if (shape.contains(x, y)) {
          shares[i / SAMPLES * CANVAS + j / SAMPLES] += 1.0 / (SAMPLES * SAMPLES);
        }
      }
    }
    return shares;
  }

  /** The shape that the outline shows, if it clearly shows one. */
  static Optional<OutlineMatch> of(Outline outline) {
    if (outline.edgeWidth() > MAX_EDGE_WIDTH) {
      return Optional.empty();
    }
    Optional<OutlineMatch> best = Optional.empty();
    double second = Double.POSITIVE_INFINITY;
    for (Reference reference : REFERENCES) {
      OutlineMatch match = compare(reference, outline);
      boolean rival = best.isPresent() && best.get().shape() != match.shape();
      double least = best.map(OutlineMatch::error).orElse(Double.POSITIVE_INFINITY);
      if (rival) {
        second = Math.min(second, Math.max(least, match.error()));
      }
      if (match.error() < least) {
        best = Optional.of(match);
      }
    }
    double toBeat = second / MIN_LEAD;
    return best.filter(m -> m.error() <= MAX_ERROR && m.error() < toBeat && m.isPlausible());
  }

  private static OutlineMatch compare(Reference shape, Outline outline) {
    Outline reference = shape.outline();
    double scale =
        (dot(outline.met(), reference.met()) + dot(outline.reach(), reference.reach()))
            / (dot(reference.met(), reference.met()) + dot(reference.reach(), reference.reach()));
    double square = 0;
    double reach = 0;
    for (int ray = 0; ray < Outline.RAYS; ray++) {
      double met = outline.met()[ray] - scale * reference.met()[ray];
      double far = outline.reach()[ray] - scale * reference.reach()[ray];
      square += met * met + far * far;
      reach += scale * reference.reach()[ray];
    }
    double error = Math.sqrt(square / (2 * Outline.RAYS)) / (reach / Outline.RAYS);
    double size = scale * REFERENCE_SIZE;
    double centroidBelowCentre = (reference.y() - CANVAS / 2.0) * scale;
    return new OutlineMatch(
        shape.shape(), size, error, outline.x(), outline.y() - centroidBelowCentre);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private boolean isPlausible() {
    return size >= MIN_SIZE && size <= MAX_SIZE;
  }

  /** The object as GenEval's rules take it. */
  Detection report(ColourField.Core core) {
    Box box = new Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2);
    return new Detection(shape.word(), box, score(), core.colour().word());
  }

  private double score() {
    return 1 - (1 - BASE_SCORE) * error / (2 * MAX_ERROR);
  }
}
