package dev.tandem.shapeworld.geneval;

/**
 * An object that a detector reports.
 *
 * @param objectClass for example {@code circle}
 * @param box where it is, in pixels
 * @param score the detector's confidence in [0, 1]
 * @param color the colour that the object appears to have, one of GenEval's ten
 */
public record Detection(String objectClass, Box box, double score, String color) {}
