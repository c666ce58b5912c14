/** The commands: they read their options, start Spark and call the jobs; no logic of their own. */
@NullMarked
package dev.tandem.jobs.command;

import org.jspecify.annotations.NullMarked;
