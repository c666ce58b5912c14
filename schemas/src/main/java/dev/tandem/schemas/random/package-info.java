/**
 * Counter-based random numbers keyed by identity, so that results never depend on the order of
 * execution.
 */
@NullMarked
package dev.tandem.schemas.random;

import org.jspecify.annotations.NullMarked;
