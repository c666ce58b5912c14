/** Pretraining of the bundled policy on ShapeWorld, reproducible from a seed. */
@NullMarked
package dev.tandem.jobs.pretrain;

import org.jspecify.annotations.NullMarked;
