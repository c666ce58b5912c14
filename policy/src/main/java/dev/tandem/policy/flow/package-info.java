/**
 * The arithmetic of sampling images by flow matching and of learning from it: schedule, noise
 * level, stochastic step and its kernels, windows, ratio. Plain numbers only; whatever a tensor
 * library needs is given as coefficients, so that rollout, replay and tests share one formula.
 *
 * <p>Notation of the papers: flow time {@code t} runs from 1 (noise) to 0 (image), {@code v} is the
 * velocity dx/dt, {@code sigma_t} the noise level (Flow-GRPO, arXiv 2505.05470; {@code eta_t} in
 * R3, arXiv 2602.15772), {@code mu} the mean of a stochastic step.
 */
@NullMarked
package dev.tandem.policy.flow;

import org.jspecify.annotations.NullMarked;
