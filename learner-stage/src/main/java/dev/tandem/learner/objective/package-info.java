/**
 * The arithmetic of the losses: pure functions of tensors, each written once, with no knowledge of
 * tables, models or optimizers.
 *
 * <p>Axes: G members of a group, T text tokens, K stochastic flow steps, N latent tokens, C latent
 * channels. Symbols of the papers: {@code r} is the importance ratio, {@code A} the advantage,
 * {@code mu} the mean of a flow step, {@code lambda} the image weight and {@code gamma} the weight
 * of the velocity penalty (UniGRPO, arXiv 2603.23500).
 *
 * <p>Every objective is a weighted sum over the members of one group, where the weights carry the
 * totals of the whole batch ({@link dev.tandem.learner.objective.TextTotals}). The objectives of
 * groups therefore add up to that of the batch, and so do their gradients.
 */
@NullMarked
package dev.tandem.learner.objective;

import org.jspecify.annotations.NullMarked;
