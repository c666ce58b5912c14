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
 *
 * <p>Policy losses are the closed choices {@link dev.tandem.learner.objective.TextSurrogate} and
 * {@link dev.tandem.learner.objective.FlowSurrogate}; ratios, aggregations, penalties and
 * regularisers are chosen beside them. Names of the peers in these terms:
 *
 * <ul>
 *   <li>TRL: grpo, bnpo, dr_grpo and dapo are {@code clip} with {@code sequence_mean}, {@code
 *       token_mean}, {@code constant} and {@code token_mean}; luspo is {@code clip} with {@code
 *       ratio.level: sequence} and {@code sequence_sum}; cispo and vespo go with {@code
 *       token_mean}, sapo with {@code sequence_mean}.
 *   <li>verl: vanilla is {@code clip} with {@code dual_clip: 3} and {@code ratio.log_limit: 20},
 *       gspo {@code clip} with {@code ratio.level: sequence_token}, geo_mean goes with {@code
 *       sequence_mean}.
 *   <li>GRPO-Guard is {@code ratio_norm} with {@code step_scaling: inverse_dt}, Flow-DPPO {@code
 *       kl_mask}.
 * </ul>
 *
 * <p>Not offered, with the reason where they stand: {@link
 * dev.tandem.learner.objective.NegativeAwareLoss DiffusionNFT}, {@link
 * dev.tandem.learner.objective.AdaptiveKlWeight a penalty's adaptive weight}, {@link
 * dev.tandem.learner.objective.LatentReduction#SUM sums over dimensions}. Not followed either are
 * the guards that the references add to their counts (R3 1e-4, verl 1e-8: no count is 0 here),
 * TRL's division by accumulated batches (a mini-batch is one objective here) and its luspo penalty,
 * which averages over padding.
 */
@NullMarked
package dev.tandem.learner.objective;

import org.jspecify.annotations.NullMarked;
