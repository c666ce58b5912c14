/**
 * Models that are only asked, never trained. An {@link dev.tandem.frozen.ImageEncoder} turns images
 * into vectors of length one, whose inner products are cosine similarities: {@link
 * dev.tandem.frozen.ColorLayoutEncoder} needs no weights, {@link dev.tandem.frozen.DifferenceHash}
 * finds copies, {@link dev.tandem.frozen.OnnxImageEncoder} runs any ONNX model that the user
 * brings.
 */
@NullMarked
package dev.tandem.frozen;

import org.jspecify.annotations.NullMarked;
