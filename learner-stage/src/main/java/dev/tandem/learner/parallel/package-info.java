/**
 * The processes that make one update together: ranks of a Spark barrier stage that exchange
 * gradients through c10d.
 */
@NullMarked
package dev.tandem.learner.parallel;

import org.jspecify.annotations.NullMarked;
