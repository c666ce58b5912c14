/** Measures advantages of many rollouts beside DuckDB. */
@NullMarked
package dev.tandem.bench.advantages;

import org.jspecify.annotations.NullMarked;
