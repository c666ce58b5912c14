/** What a run shows for itself: a picture, tables on the console, queries to go on with. */
@NullMarked
package dev.tandem.jobs.report;

import org.jspecify.annotations.NullMarked;
