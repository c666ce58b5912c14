/**
 * Where samples come from: ShapeWorld as rows of the table {@code samples}, and its held-out part.
 */
@NullMarked
package dev.tandem.jobs.data;

import org.jspecify.annotations.NullMarked;
