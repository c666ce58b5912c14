package dev.tandem.shapeworld.detector;

import dev.tandem.shapeworld.Scene;
import java.util.ArrayList;
import java.util.List;

/** The connected foreground regions of an image (neighbours share a side). */
final class Components {
  static final int SIZE = Scene.SIZE;
  private static final int[] STEPS = {-1, 1, -SIZE, SIZE};

  private final int[] labels = new int[SIZE * SIZE];
  private final List<Component> large = new ArrayList<>();

  /**
   * A region.
   *
   * @param label its mark in {@link #isForeign}
   * @param pixels indexes of its pixels, row-major
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Component(int label, int[] pixels, int left, int top, int right, int bottom) {}

  /** Labels the regions of a mask; those below {@code minPixels} count as background. */
  static Components of(boolean[] mask, int minPixels) {
    Components components = new Components();
    int[] queue = new int[SIZE * SIZE];
    int label = 0;
    for (int pixel = 0; pixel < mask.length; pixel++) {
      if (mask[pixel] && components.labels[pixel] == 0) {
        int count = components.flood(mask, pixel, ++label, queue);
        if (count >= minPixels) {
          components.large.add(component(label, queue, count));
        } else {
          for (int i = 0; i < count; i++) {
            components.labels[queue[i]] = -1;
          }
        }
      }
    }
    return components;
  }

  private int flood(boolean[] mask, int start, int label, int[] queue) {
    int count = 0;
    queue[count++] = start;
    labels[start] = label;
    for (int head = 0; head < count; head++) {
      int pixel = queue[head];
      for (int step : STEPS) {
        int next = pixel + step;
        boolean inside = next >= 0 && next < mask.length;
        boolean wraps = Math.abs(step) == 1 && inside && next / SIZE != pixel / SIZE;
        if (inside && !wraps && mask[next] && labels[next] == 0) {
          labels[next] = label;
          queue[count++] = next;
        }
      }
    }
    return count;
  }

  private static Component component(int label, int[] queue, int count) {
    int left = SIZE;
    int top = SIZE;
    int right = 0;
    int bottom = 0;
    int[] pixels = new int[count];
    for (int i = 0; i < count; i++) {
      int pixel = queue[i];
      pixels[i] = pixel;
      left = Math.min(left, pixel % SIZE);
      right = Math.max(right, pixel % SIZE);
      top = Math.min(top, pixel / SIZE);
      bottom = Math.max(bottom, pixel / SIZE);
    }
    return new Component(label, pixels, left, top, right, bottom);
  }

  List<Component> large() {
    return large;
  }

  /** Whether the pixel belongs to another large region. */
  boolean isForeign(int pixel, Component component) {
    return labels[pixel] > 0 && labels[pixel] != component.label();
  }
}
