/** Comparisons of settings over several seeds, and what came of them. */
@NullMarked
package dev.tandem.jobs.experiments;

import org.jspecify.annotations.NullMarked;
