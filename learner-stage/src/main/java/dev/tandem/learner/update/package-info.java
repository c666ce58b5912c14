/**
 * One update of a policy: groups are replayed on several threads, each as a batch of its own shape;
 * their gradients are summed in the order of the groups, clipped and applied. The result has the
 * same bits for any number of threads.
 */
@NullMarked
package dev.tandem.learner.update;

import org.jspecify.annotations.NullMarked;
