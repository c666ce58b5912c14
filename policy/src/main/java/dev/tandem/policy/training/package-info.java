/** The differentiable side of a policy, seen by the learner and by pretraining only. */
@NullMarked
package dev.tandem.policy.training;

import org.jspecify.annotations.NullMarked;
