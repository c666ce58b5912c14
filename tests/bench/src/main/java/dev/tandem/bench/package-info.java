/**
 * A benchmark of the policy against the same model in Python's PyTorch. Each side is a process that
 * does batches on command, so that the sides take turns within one run.
 */
@NullMarked
package dev.tandem.bench;

import org.jspecify.annotations.NullMarked;
