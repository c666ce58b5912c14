package dev.tandem.learner.optimizer;

import java.io.Serializable;

/**
 * The constants of AdamW.
 *
 * @param beta1 decay of the gradient's mean
 * @param beta2 decay of the squared gradient's mean
 * @param epsilon added to the root of the latter
 * @param weightDecay share of a parameter, times the learning rate, that is taken away in a step
 */
public record AdamWSettings(double beta1, double beta2, double epsilon, double weightDecay)
    implements Serializable {}
