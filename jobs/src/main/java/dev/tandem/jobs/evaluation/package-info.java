/** The same held-out prompts and seeds asked before and after, and what the difference is worth. */
@NullMarked
package dev.tandem.jobs.evaluation;

import org.jspecify.annotations.NullMarked;
