package dev.tandem.learner.update;

import dev.tandem.learner.config.OptimizerConfig;
import dev.tandem.learner.optimizer.TrainedParameter;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.NamePatterns;
import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.bytedeco.pytorch.Tensor;

/** Decides which parameters are trained, and at what rate. */
final class ParameterSelection {
  private final OptimizerConfig config;
  private final NamePatterns frozen;

  ParameterSelection(OptimizerConfig config) {
    this.config = config;
    this.frozen = new NamePatterns(config.frozen());
  }

  /**
   * The trained parameters by name. Switches gradients off for all others, which spares their
   * computation.
   */
  List<TrainedParameter> select(SortedMap<String, Tensor> parameters) {
    List<TrainedParameter> trained = new ArrayList<>();
    parameters.forEach(
        (name, value) -> {
          double rate = rate(name);
          value.requires_grad_(rate > 0);
          if (rate > 0) {
            trained.add(new TrainedParameter(name, value, rate));
          }
        });
    if (trained.isEmpty()) {
      throw new UserError(
          "Nothing to train: all %d parameters are frozen (learning rates %s and %s, patterns %s)"
              .formatted(
                  parameters.size(),
                  config.understandingLearningRate(),
                  config.generationLearningRate(),
                  config.frozen()));
    }
    return trained;
  }

  private double rate(String name) {
    if (frozen.match(name) || frozen.match(LoraSettings.matrixOf(name))) {
      return 0;
    }
    return switch (Expert.of(name)) {
      case UNDERSTANDING -> config.understandingLearningRate();
      case GENERATION -> config.generationLearningRate();
      case NONE -> 0;
    };
  }
}
