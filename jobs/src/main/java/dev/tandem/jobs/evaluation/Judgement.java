package dev.tandem.jobs.evaluation;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.shapeworld.PromptTask;
import dev.tandem.shapeworld.detector.AuditDetector;
import dev.tandem.shapeworld.detector.Detector;
import dev.tandem.shapeworld.geneval.Detection;
import dev.tandem.shapeworld.geneval.GenEvalRules;
import java.util.List;

/**
 * How an image that was made for a prompt was judged.
 *
 * @param graded share of what was asked for that is there
 * @param strict whether everything is there by the benchmark's rule
 * @param audit the same rule's verdict on what the second detector finds
 */
public record Judgement(double graded, boolean strict, boolean audit) {

  /** Judges the image by both detectors. */
  public static Judgement of(PromptTask task, RgbImage image) {
    List<Detection> detections = Detector.detect(image);
    return new Judgement(
        GenEvalRules.graded(task.metadata(), detections),
        GenEvalRules.strict(task.metadata(), detections).correct(),
        GenEvalRules.strict(task.metadata(), AuditDetector.detect(image)).correct());
  }
}
