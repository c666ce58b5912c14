/** The tables through which stages meet, the identifiers of their rows, and user errors. */
@NullMarked
package dev.tandem.schemas;

import org.jspecify.annotations.NullMarked;
