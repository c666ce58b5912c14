package dev.tandem.policy;

/**
 * A stochastic step of a flow trajectory.
 *
 * @param step index in the schedule
 * @param t flow time before the step, 1 is noise
 * @param dt length of the step, positive
 * @param sigma noise level
 * @param x latent before the step, {@code [tokens, channels]} flattened
 * @param xNext latent after the step
 * @param logProb Gaussian log-density of xNext, averaged over the latent's values
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of tensors; never compared
public record FlowStep(
    int step, double t, double dt, double sigma, float[] x, float[] xNext, double logProb) {}
