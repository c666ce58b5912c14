package dev.tandem.reward;

/**
 * The formula of an advantage: R is the reward of the member, mean and std are those of its group
 * unless said otherwise, a <em>batch</em> is all rollouts of one run, iteration and stage, and
 * {@code x / std} stands for a division that {@link AdvantageSettings#epsilon} keeps finite. Failed
 * members take part in none of it.
 *
 * <p>Names of peers: TRL (huggingface/trl), verl (volcengine/verl), verl-omni, UniRL
 * (Tencent-Hunyuan/UniRL), Flow-GRPO (yifan123/flow_grpo), R3 (sen-ye/R3).
 *
 * <p>What peers have and this does not offer:
 *
 * <ul>
 *   <li>REINFORCE++ with a discount below 1: its advantage differs from token to token, table
 *       {@code batches} holds one for a trajectory and modality.
 *   <li>ReMax by name: the greedy rollout that it needs is not sampled. Its arithmetic is {@link
 *       #REWARD} with a reward of the greedy rollout as a term of weight -1.
 *   <li>R3's later operations by name: a round is a stage, a list of operations an estimator here
 *       (none: {@link #REWARD}; subtract_mean: {@link #MEAN}; divide_std: {@link #REWARD_OVER_STD};
 *       both: {@link #ZSCORE}; subtract_mean_global: {@link #BATCH_MEAN}; that and divide_std:
 *       {@link #BATCH_MEAN_GROUP_STD}), and subtract_prev a term of weight -1. Only subtract_mean
 *       followed by subtract_prev cannot be said: it leaves the earlier reward without a baseline.
 *   <li>Flow-GRPO's rewards by timestep: table {@code rewards} holds one for a rollout. The formula
 *       would be that of each timestep alone.
 *   <li>Statistics that gather over iterations (Flow-GRPO clears them after each as well), and
 *       Flow-GRPO's gardo, which needs distances between images.
 *   <li>Errors for groups of unequal size (UniRL): a failed reward makes such a group.
 * </ul>
 */
public enum Estimator {
  /**
   * (R - mean) / std: GRPO, arXiv 2402.03300. TRL's scale_rewards group, verl's grpo, UniRL's
   * normalize_grouped, Flow-GRPO's grpo, R3's first_divide_std.
   */
  ZSCORE(Scope.GROUP),

  /** R - mean: Dr. GRPO, arXiv 2503.20783; what R3 runs with. */
  MEAN(Scope.GROUP),

  /** R - mean of the other members: arXiv 2402.14740; verl's rloo and rloo_vectorized. */
  RLOO(Scope.GROUP),

  /**
   * (R - mean) / std of the batch: TRL's scale_rewards batch, the global_std of Flow-GRPO and
   * verl-omni, UniRL's use_global_std.
   */
  BATCH_STD(Scope.GROUP),

  /**
   * Each reward is z-scored within the group, then summed with its weight; the sums are z-scored
   * over the batch (GDPO; TRL's normalize_then_sum).
   */
  DECOUPLED(Scope.GROUP),

  /** (R - mean of the batch) / std of the batch: UniRL's normalize_global and global scope. */
  BATCH_ZSCORE(Scope.BATCH),

  /** R - mean of the batch: UniRL's global scope without normalisation. */
  BATCH_MEAN(Scope.BATCH),

  /** (R - mean of the batch) / std: R3's subtract_mean_global, divide_std. */
  BATCH_MEAN_GROUP_STD(Scope.GROUP),

  /** R: reward-weighted regression, Flow-GRPO's rwr. */
  REWARD(Scope.GROUP),

  /** R / std: R3's divide_std alone. */
  REWARD_OVER_STD(Scope.GROUP),

  /**
   * R - sum(length R) / sum(length): OPO's baseline, arXiv 2505.23585; verl's opo. The length is
   * the number of text tokens or of stochastic image steps (image tokens).
   */
  OPO(Scope.GROUP),

  /** (R - mean) * members of the batch / those with R != 0: GPG, arXiv 2504.02546; verl's gpg. */
  GPG(Scope.GROUP),

  /**
   * R whitened over the tokens of the batch, without discount: REINFORCE++, arXiv 2501.03262;
   * verl's reinforce_plus_plus, which has epsilon 1e-8 inside the root.
   */
  REINFORCE_PP(Scope.BATCH),

  /** R - mean, whitened over the tokens of the batch: verl's reinforce_plus_plus_baseline. */
  REINFORCE_PP_BASELINE(Scope.GROUP),

  /** 1 for the best members of the group, 0 for the others: Flow-GRPO's sft. */
  BEST(Scope.GROUP),

  /** 1 for the first best member, -1 for the first worst, else 0: Flow-GRPO's dpo. */
  BEST_WORST(Scope.GROUP);

  /** Members without which the formula says nothing: fewer than two of them, or all equal. */
  enum Scope {
    GROUP,
    BATCH
  }

  private final Scope scope;

  Estimator(Scope scope) {
    this.scope = scope;
  }

  Scope scope() {
    return scope;
  }

  /** Whether statistics of the batch are needed. */
  boolean usesBatch() {
    return switch (this) {
      case BATCH_STD, DECOUPLED, BATCH_ZSCORE, BATCH_MEAN, BATCH_MEAN_GROUP_STD, GPG -> true;
      default -> whitens();
    };
  }

  /** Whether the group's standard deviation is divided by. */
  boolean dividesByGroup() {
    return this == ZSCORE || this == REWARD_OVER_STD || this == BATCH_MEAN_GROUP_STD;
  }

  /** Whether values are whitened over the tokens of the batch. */
  boolean whitens() {
    return this == REINFORCE_PP || this == REINFORCE_PP_BASELINE;
  }

  /** Whether the lengths of trajectories are needed. */
  boolean usesLengths() {
    return this == OPO || whitens();
  }
}
