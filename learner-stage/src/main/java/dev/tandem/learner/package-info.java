/**
 * The learner: reads the batch of an iteration with its rollouts, updates the policy by the joint
 * loss and leaves a checkpoint. It does not know which paper it serves: which loss consumes a row,
 * and with what weight, is decided upstream and arrives as the columns {@code text_advantage} and
 * {@code image_advantage}.
 */
@NullMarked
package dev.tandem.learner;

import org.jspecify.annotations.NullMarked;
