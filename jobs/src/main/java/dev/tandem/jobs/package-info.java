/** The entry point: {@code ./tandem <command>} and {@code spark-submit --class} start here. */
@NullMarked
package dev.tandem.jobs;

import org.jspecify.annotations.NullMarked;
