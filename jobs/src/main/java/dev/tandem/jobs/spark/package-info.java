/** The Spark session that every job runs in. */
@NullMarked
package dev.tandem.jobs.spark;

import org.jspecify.annotations.NullMarked;
