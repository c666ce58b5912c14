/**
 * Images as plain values. {@link dev.tandem.schemas.image.ImageFileDecoder} is the one place where
 * image files become pixels.
 */
@NullMarked
package dev.tandem.schemas.image;

import org.jspecify.annotations.NullMarked;
