/**
 * Unified multimodal policies: what the stages see of a model. Nothing here exposes a tensor; the
 * BAGEL implementation is in {@code bagel}, its differentiable side in {@code training}.
 *
 * <p>Axes: B samples of a batch (a group), L sequence columns, T text tokens, N latent tokens, C
 * channels of a latent token, H hidden size.
 */
@NullMarked
package dev.tandem.policy;

import org.jspecify.annotations.NullMarked;
