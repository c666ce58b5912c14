package dev.tandem.learner.objective;

import dev.tandem.policy.flow.SdeStep;
import org.bytedeco.pytorch.Tensor;

/**
 * The importance ratios of a group's denoising step.
 *
 * @param logRatio {@code log r}, normalised where that is asked for, {@code [G]}
 * @param mean {@code mu} under the current weights, {@code [G, N, C]}
 * @param anchorMean {@code mu_old}, as {@code [G, N, C]}
 * @param step mean and deviation of the step
 */
public record StepRatios(Tensor logRatio, Tensor mean, Tensor anchorMean, SdeStep step) {}
