package dev.tandem.shapeworld.detector;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.ArrayList;
import java.util.List;

/**
 * A second detector, built on another principle than {@link Detector}, that watches for reward
 * hacking: images that please one of them alone are suspect.
 *
 * <p>It estimates the background as the majority of all pixels, labels pixels that mainly have one
 * of the ten colours, takes connected pixels of one label as the core of an object, and measures
 * its outline from the centroid: along 40 rays, how much colour a ray meets, and how far out the
 * colour ends. The two curves are compared with those of the six shapes. There is no template of
 * pixels and no foreground mask. An object is reported if one shape's curves agree within a tenth,
 * clearly better than the others', at a plausible size, and if its edge is sharp.
 *
 * <p>Compared with {@link Detector} it bears more noise (nine objects in ten at 25 grey levels) and
 * less blur (half of them at 1.5 pixels) and fading (a third of them at a fifth), and it is harder
 * to please with blobs and cut shapes. Of overlapping shapes of two colours it may report the one
 * on top.
 */
public final class AuditDetector {
  private AuditDetector() {}

  /**
   * Finds the shapes of an image of 32 by 32 pixels. Classes, boxes and scores mean the same as in
   * {@link Detector#detect}.
   */
  public static List<Detection> detect(RgbImage image) {
    ColourField field = new ColourField(image);
    List<Detection> detections = new ArrayList<>();
    for (ColourField.Core core : field.cores()) {
      OutlineMatch.of(Outline.trace(field, core)).ifPresent(m -> detections.add(m.report(core)));
    }
    return detections;
  }
}
