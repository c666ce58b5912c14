/**
 * ShapeWorld, the embedded data set: small images of one to four shapes with prompts, plans,
 * questions, reflections and edits whose truth is known, because code made them.
 *
 * <p>Images are 32 by 32 pixels, x grows to the right, y grows downwards, both in pixels.
 * Everything is drawn from a {@link dev.tandem.schemas.random.CounterRandom}: the same key gives
 * the same scene, text and pixels on every machine.
 */
@NullMarked
package dev.tandem.shapeworld;

import org.jspecify.annotations.NullMarked;
