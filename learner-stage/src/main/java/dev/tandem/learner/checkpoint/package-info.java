/** What the learner leaves beside the weights in a policy folder, to go on from there. */
@NullMarked
package dev.tandem.learner.checkpoint;

import org.jspecify.annotations.NullMarked;
