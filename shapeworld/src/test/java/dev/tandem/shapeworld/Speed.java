package dev.tandem.shapeworld;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.detector.AuditDetector;
import dev.tandem.shapeworld.detector.Detector;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.IntConsumer;

/** Measures processor time in microseconds an image: run its main method. */
final class Speed {
  private static final int IMAGES = 5_000;
  private static final int ROUNDS = 4;

  private static long found;

  private Speed() {}

  public static void main(String[] args) {
    Scene[] scenes = new Scene[IMAGES];
    RgbImage[] images = new RgbImage[IMAGES];
    measure("draw scene", i -> scenes[i] = Scene.draw(RandomKey.of(7).with(i).random()));
    measure("render", i -> images[i] = Renderer.render(scenes[i]));
    measure("detect", i -> found += Detector.detect(images[i]).size());
    measure("audit", i -> found += AuditDetector.detect(images[i]).size());
    System.out.println("objects found: " + found);
  }

  private static void measure(String what, IntConsumer work) {
    for (int round = 0; round < ROUNDS; round++) {
      long start = cpuNanos();
      for (int i = 0; i < IMAGES; i++) {
        work.accept(i);
      }
      double micros = (cpuNanos() - start) / 1e3 / IMAGES;
      System.out.printf(Locale.ROOT, "%-12s %8.1f us%n", what, micros);
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
