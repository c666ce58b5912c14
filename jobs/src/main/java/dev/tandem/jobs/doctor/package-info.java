/** What a machine has and whether a policy computes on it: the command {@code doctor}. */
@NullMarked
package dev.tandem.jobs.doctor;

import org.jspecify.annotations.NullMarked;
