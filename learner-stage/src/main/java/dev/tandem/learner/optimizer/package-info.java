/**
 * The optimizer: AdamW (arXiv 1711.05101) on tensors updated in place, clipping by the global norm
 * and learning-rate schedules. All of it depends on its inputs alone, in a fixed order.
 */
@NullMarked
package dev.tandem.learner.optimizer;

import org.jspecify.annotations.NullMarked;
