/** How much of the scoring is hidden behind the sampling. */
@NullMarked
package dev.tandem.bench.overlap;

import org.jspecify.annotations.NullMarked;
