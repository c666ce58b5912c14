package dev.tandem.learner.config;

import dev.tandem.learner.optimizer.AdamWSettings;
import dev.tandem.learner.optimizer.LearningRateSchedule;
import java.io.Serializable;
import java.util.List;

/**
 * The optimizer.
 *
 * @param understandingLearningRate of the understanding expert, before the schedule; 0 freezes it
 * @param generationLearningRate of the generation expert, before the schedule; 0 freezes it
 * @param adamw constants of AdamW
 * @param schedule factor of the learning rates by step
 * @param maxGradNorm gradients are scaled down to this global norm
 * @param emaDecay decay of the moving average that is kept beside the weights; 0 keeps none
 * @param frozen patterns of parameter names that are not trained; {@code *} stands for any text
 */
public record OptimizerConfig(
    double understandingLearningRate,
    double generationLearningRate,
    AdamWSettings adamw,
    LearningRateSchedule schedule,
    double maxGradNorm,
    double emaDecay,
    List<String> frozen)
    implements Serializable {
  public OptimizerConfig {
    Require.notNegative("understanding_learning_rate", understandingLearningRate);
    Require.notNegative("generation_learning_rate", generationLearningRate);
    Require.share("adamw.beta1", adamw.beta1());
    Require.share("adamw.beta2", adamw.beta2());
    Require.positive("adamw.epsilon", adamw.epsilon());
    Require.notNegative("adamw.weight_decay", adamw.weightDecay());
    Require.positive("max_grad_norm", maxGradNorm);
    Require.share("ema_decay", emaDecay);
    frozen = List.copyOf(frozen);
  }
}
