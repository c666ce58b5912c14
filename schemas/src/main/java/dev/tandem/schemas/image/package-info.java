/** Images as plain values. */
@NullMarked
package dev.tandem.schemas.image;

import org.jspecify.annotations.NullMarked;
