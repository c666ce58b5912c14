package dev.tandem.learner.optimizer;

import org.bytedeco.pytorch.Tensor;

/**
 * A parameter under training.
 *
 * @param name its published name
 * @param value the leaf tensor, updated in place; owned by the policy
 * @param learningRate rate before the schedule's factor
 */
public record TrainedParameter(String name, Tensor value, double learningRate) {}
