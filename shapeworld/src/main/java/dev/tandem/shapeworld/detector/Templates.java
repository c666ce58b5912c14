package dev.tandem.shapeworld.detector;

import dev.tandem.shapeworld.Shape;

/**
 * Coverage maps of every shape in all sizes, sub-pixel positions and a few degrees of blur, painted
 * once. A template is a window of {@link #WINDOW} by {@link #WINDOW} pixels.
 */
final class Templates {
  static final int WINDOW = 20;

  /** Sizes in steps of half a pixel; a little beyond what scenes draw. */
  static final double MIN_SIZE = 9;

  static final int SIZES = 11;
  static final double SIZE_STEP = 0.5;

  /** Positions in steps of a quarter of a pixel. */
  static final int SHIFTS = 4;

  /** Blur that is forgiven, as standard deviations in pixels. */
  private static final double[] BLURS = {0, 0.6, 1};

  static final int BLUR_LEVELS = BLURS.length;
  private static final int KERNEL_RADIUS = 3;
  private static final int SAMPLES = 4;

  private static final ShapeTemplates[] BANK = new ShapeTemplates[Shape.values().length];

  static {
    for (Shape shape : Shape.values()) {
      BANK[shape.ordinal()] = new ShapeTemplates(shape);
    }
  }

  private Templates() {}

  static ShapeTemplates of(Shape shape) {
    return BANK[shape.ordinal()];
  }

  /** All templates of a shape, and its area and centroid. */
  static final class ShapeTemplates {
    private static final int GRID = 200;

    private final byte[][] maps = new byte[SIZES * BLUR_LEVELS * SHIFTS * SHIFTS][];
    private final double[] areas = new double[maps.length];
    private final Extent[] extents = new Extent[maps.length];
    private double unitArea;
    private double centroidY;

    private ShapeTemplates(Shape shape) {
      measure(shape);
      for (int size = 0; size < SIZES; size++) {
        for (int shiftY = 0; shiftY < SHIFTS; shiftY++) {
          for (int shiftX = 0; shiftX < SHIFTS; shiftX++) {
            double[] sharp = paint(shape, MIN_SIZE + size * SIZE_STEP, shiftX, shiftY);
            for (int blur = 0; blur < BLUR_LEVELS; blur++) {
              add(index(size, blur, shiftX, shiftY), blur(sharp, BLURS[blur]));
            }
          }
        }
      }
    }

    private void add(int index, double[] coverage) {
      byte[] map = new byte[WINDOW * WINDOW];
      int sum = 0;
      for (int i = 0; i < map.length; i++) {
        map[i] = (byte) Math.round(coverage[i] * Coverage.FULL);
        sum += map[i];
      }
      maps[index] = map;
      areas[index] = (double) sum / Coverage.FULL;
      extents[index] = Extent.of(map, WINDOW, Coverage.FULL / 2);
    }

    private void measure(Shape shape) {
      int inside = 0;
      double sumY = 0;
      for (int row = 0; row < GRID; row++) {
        double y = (row + 0.5) * 2 / GRID - 1;
        for (int column = 0; column < GRID; column++) {
          if (shape.contains((column + 0.5) * 2 / GRID - 1, y)) {
            inside++;
            sumY += y;
          }
        }
      }
      unitArea = (double) inside / (GRID * GRID);
      centroidY = sumY / inside / 2;
    }

    static int index(int size, int blur, int shiftX, int shiftY) {
      return ((size * BLUR_LEVELS + blur) * SHIFTS + shiftY) * SHIFTS + shiftX;
    }

    byte[] map(int index) {
      return maps[index];
    }

    /** Covered pixels of a template. */
    double area(int index) {
      return areas[index];
    }

    /** The extent of a template within its window. */
    Extent extent(int index) {
      return extents[index];
    }

    /** The shape's area in an object of size 1. */
    double unitArea() {
      return unitArea;
    }

    /** How far the shape's centroid lies below its centre in an object of size 1. */
    double centroidY() {
      return centroidY;
    }
  }

  private static double[] paint(Shape shape, double size, int shiftX, int shiftY) {
    double centreX = WINDOW / 2.0 + (double) shiftX / SHIFTS;
    double centreY = WINDOW / 2.0 + (double) shiftY / SHIFTS;
    double[] coverage = new double[WINDOW * WINDOW];
    for (int i = 0; i < WINDOW * SAMPLES; i++) {
      double y = ((i + 0.5) / SAMPLES - centreY) * 2 / size;
      for (int j = 0; j < WINDOW * SAMPLES; j++) {
        double x = ((j + 0.5) / SAMPLES - centreX) * 2 / size;
        if (Math.abs(x) <= 1 && Math.abs(y) <= 1 && shape.contains(x, y)) {
          coverage[i / SAMPLES * WINDOW + j / SAMPLES] += 1.0 / (SAMPLES * SAMPLES);
        }
      }
    }
    return coverage;
  }

  private static double[] blur(double[] map, double sigma) {
    return sigma == 0 ? map : smooth(smooth(map, sigma, 1), sigma, WINDOW);
  }

  private static double[] smooth(double[] map, double sigma, int stride) {
    double[] kernel = new double[2 * KERNEL_RADIUS + 1];
    double total = 0;
    for (int i = 0; i < kernel.length; i++) {
      double offset = i - KERNEL_RADIUS;
      kernel[i] = StrictMath.exp(-offset * offset / (2 * sigma * sigma));
      total += kernel[i];
    }
    double[] smoothed = new double[map.length];
    for (int i = 0; i < map.length; i++) {
      int position = i / stride % WINDOW;
      for (int k = 0; k < kernel.length; k++) {
        int neighbour = position + k - KERNEL_RADIUS;
        if (neighbour >= 0 && neighbour < WINDOW) {
          smoothed[i] += map[i + (neighbour - position) * stride] * kernel[k] / total;
        }
      }
    }
    return smoothed;
  }
}
