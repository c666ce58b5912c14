/**
 * Finds ShapeWorld's shapes in images: {@link dev.tandem.shapeworld.detector.Detector} gives the
 * rewards, {@link dev.tandem.shapeworld.detector.AuditDetector} watches over it. The two share no
 * code but the value types.
 */
@NullMarked
package dev.tandem.shapeworld.detector;

import org.jspecify.annotations.NullMarked;
