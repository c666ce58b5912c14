/**
 * GenEval's prompts and rules (Ghosh et al., arXiv 2310.11513): what a prompt asks for, and whether
 * detected objects satisfy it. Knows no images and no ShapeWorld classes, so that it serves any
 * detector.
 */
@NullMarked
package dev.tandem.shapeworld.geneval;

import org.jspecify.annotations.NullMarked;
