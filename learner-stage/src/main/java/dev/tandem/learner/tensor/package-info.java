/** Copies between Java arrays and tensors in CPU memory. */
@NullMarked
package dev.tandem.learner.tensor;

import org.jspecify.annotations.NullMarked;
