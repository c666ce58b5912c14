package dev.tandem.shapeworld.detector;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.geneval.Detection;
import java.util.ArrayList;
import java.util.List;

/**
 * A second detector, built on another principle than {@link Detector}, that watches for reward
 * hacking: images that please one of them alone are suspect.
 *
 * <p>It labels pixels that are close to one of the ten colours, takes connected pixels of one label
 * as the core of an object, and measures its outline from the core's centroid: along 40 rays, how
 * much colour a ray meets, and how far out the colour ends. The two curves are compared with those
 * of the six shapes, computed from their definitions. There is no template of pixels and no
 * foreground mask. An object is reported if one shape's curves agree within a tolerance, clearly
 * better than the others', at a plausible size, and if its edge is sharp.
 *
 * <p>It asks for pure colours and is more easily put off by noise and faded colours than {@link
 * Detector}, but as hard to please with blobs, cut or merged shapes.
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
