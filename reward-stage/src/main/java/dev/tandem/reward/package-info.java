/**
 * Scores rollouts and turns rewards into advantages. {@link dev.tandem.reward.RewardStage} is the
 * stage; {@link dev.tandem.reward.Reward} is what scores one rollout, {@link
 * dev.tandem.reward.RewardPlan} says which rewards feed which loss, and {@link
 * dev.tandem.reward.Advantages} is the arithmetic, in SQL expressions.
 *
 * <p>Symbols: G members of a group, R the reward of a member, A its advantage, w the weight of its
 * pair. A reward that could not be computed is a failure with a reason, never a number.
 */
@NullMarked
package dev.tandem.reward;

import org.jspecify.annotations.NullMarked;
