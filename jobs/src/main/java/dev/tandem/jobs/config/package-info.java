/**
 * The configuration: layers of settings (defaults, preset, file, Spark conf, command line) bound to
 * immutable records, with every problem reported at once. Keys are the record components in
 * snake_case; {@code defaults.yaml} is the one place that holds and explains the default values.
 */
@NullMarked
package dev.tandem.jobs.config;

import org.jspecify.annotations.NullMarked;
