package dev.tandem.shapeworld.detector;

import dev.tandem.shapeworld.Shape;
import dev.tandem.shapeworld.detector.Templates.ShapeTemplates;
import dev.tandem.shapeworld.geneval.Box;

/**
 * The template of a shape that overlaps a coverage map best. The search starts where the map's area
 * and centroid put the shape and climbs from there, one step of size or position at a time.
 *
 * @param shape the template's shape
 * @param iou intersection over union of the coverages, in [0, 1]
 * @param x centre column in pixels
 * @param y centre row in pixels
 * @param size side of the shape's square in pixels
 * @param misfit by how many pixels a side of the template's extent differs from the map's at most
 */
record TemplateFit(Shape shape, double iou, double x, double y, double size, int misfit) {
  private static final int MAX_CLIMBS = 8;

  static TemplateFit best(Shape shape, Coverage coverage) {
    ShapeTemplates templates = Templates.of(shape);
    double size = Math.sqrt(coverage.area() / templates.unitArea());
    int sizeIndex = (int) Math.round((size - Templates.MIN_SIZE) / Templates.SIZE_STEP);
    Search search = new Search(templates, coverage);
    search.start(
        Math.min(Templates.SIZES - 1, Math.max(0, sizeIndex)),
        quarters(coverage.centreX()),
        quarters(coverage.centreY() - templates.centroidY() * size));
    search.climb();
    return search.fit(shape);
  }

  private static int quarters(double position) {
    return (int) Math.round(position * Templates.SHIFTS);
  }

  /** The object's box. */
  Box box() {
    return new Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2);
  }

  /** A point of the search: size and blur as indexes, the centre in quarters of a pixel. */
  private static final class Search {
    private final ShapeTemplates templates;
    private final Coverage coverage;
    private int size;
    private int blur;
    private int x;
    private int y;
    private double iou = -1;

    Search(ShapeTemplates templates, Coverage coverage) {
      this.templates = templates;
      this.coverage = coverage;
    }

    void start(int startSize, int startX, int startY) {
      for (int level = 0; level < Templates.BLUR_LEVELS; level++) {
        tryPoint(startSize, level, startX, startY);
      }
    }

    void climb() {
      for (int i = 0; i < MAX_CLIMBS; i++) {
        double before = iou;
        tryPoint(size, blur, x - 1, y);
        tryPoint(size, blur, x + 1, y);
        tryPoint(size, blur, x, y - 1);
        tryPoint(size, blur, x, y + 1);
        tryPoint(size - 1, blur, x, y);
        tryPoint(size + 1, blur, x, y);
        tryPoint(size, blur - 1, x, y);
        tryPoint(size, blur + 1, x, y);
        if (iou <= before) {
          return;
        }
      }
    }

    private void tryPoint(int atSize, int atBlur, int atX, int atY) {
      if (atSize < 0
          || atSize >= Templates.SIZES
          || atBlur < 0
          || atBlur >= Templates.BLUR_LEVELS) {
        return;
      }
      double found = overlap(atSize, atBlur, atX, atY);
      if (found > iou) {
        iou = found;
        size = atSize;
        blur = atBlur;
        x = atX;
        y = atY;
      }
    }

    private double overlap(int atSize, int atBlur, int atX, int atY) {
      int left = windowStart(atX);
      int top = windowStart(atY);
      int last = Coverage.STRIDE - Templates.WINDOW;
      if (left < 0 || top < 0 || left > last || top > last) {
        return 0;
      }
      int index = index(atSize, atBlur, atX, atY);
      byte[] template = templates.map(index);
      byte[] map = coverage.map();
      Extent any = coverage.any(); // outside, nothing is common
      int firstRow = Math.max(0, any.top() - top);
      int lastRow = Math.min(Templates.WINDOW - 1, any.bottom() - top);
      int firstColumn = Math.max(0, any.left() - left);
      int lastColumn = Math.min(Templates.WINDOW - 1, any.right() - left);
      int common = 0;
      for (int row = firstRow; row <= lastRow; row++) {
        int from = (top + row) * Coverage.STRIDE + left;
        int at = row * Templates.WINDOW;
        for (int column = firstColumn; column <= lastColumn; column++) {
          common += Math.min(map[from + column], template[at + column]);
        }
      }
      double intersection = (double) common / Coverage.FULL;
      return intersection / (coverage.claimedArea() + templates.area(index) - intersection);
    }

    private static int index(int atSize, int atBlur, int atX, int atY) {
      return ShapeTemplates.index(
          atSize,
          atBlur,
          Math.floorMod(atX, Templates.SHIFTS),
          Math.floorMod(atY, Templates.SHIFTS));
    }

    /** First column or row of the map under the window of a template at the given centre. */
    private static int windowStart(int centre) {
      return Math.floorDiv(centre, Templates.SHIFTS) - Templates.WINDOW / 2 + Coverage.MARGIN;
    }

    TemplateFit fit(Shape shape) {
      Extent extent =
          templates.extent(index(size, blur, x, y)).shift(windowStart(x), windowStart(y));
      return new TemplateFit(
          shape,
          iou,
          (double) x / Templates.SHIFTS,
          (double) y / Templates.SHIFTS,
          Templates.MIN_SIZE + size * Templates.SIZE_STEP,
          extent.distance(coverage.extent()));
    }
  }
}
