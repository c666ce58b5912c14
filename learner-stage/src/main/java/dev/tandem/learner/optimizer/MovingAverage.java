package dev.tandem.learner.optimizer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Exponential moving average of parameters: {@code average = decay * average + (1 - decay) * value}
 * after every optimizer step. Owns its tensors.
 */
public final class MovingAverage implements AutoCloseable {
  private final double decay;
  private final List<TrainedParameter> parameters;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();

  /**
   * Starts from saved averages where there are some, else from the parameters' values.
   *
   * @param saved by parameter name; copied
   */
  public MovingAverage(double decay, List<TrainedParameter> parameters, Map<String, Tensor> saved) {
    this.decay = decay;
    this.parameters = List.copyOf(parameters);
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      for (TrainedParameter parameter : parameters) {
        Tensor start = torch.zeros_like(parameter.value());
        start.copy_(saved.getOrDefault(parameter.name(), parameter.value()));
        start.retainReference();
        averages.put(parameter.name(), start);
      }
    }
  }

  /** Takes the parameters' current values in. */
  public void update() {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      Scalar weight = new Scalar(1 - decay);
      for (TrainedParameter parameter : parameters) {
        tensor(parameter.name()).lerp_(parameter.value(), weight);
      }
    }
  }

  /** The averages by parameter name; the tensors stay this object's. */
  public Map<String, Tensor> averages() {
    return new LinkedHashMap<>(averages);
  }

  @Override
  public void close() {
    averages.values().forEach(Tensor::close);
  }

  private Tensor tensor(String name) {
    Tensor average = averages.get(name);
    if (average == null) {
      throw new IllegalStateException("No average of parameter " + name);
    }
    return average;
  }
}
