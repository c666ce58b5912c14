package dev.tandem.learner.update;

import dev.tandem.learner.config.OptimizerConfig;
import dev.tandem.learner.optimizer.AdamW;
import dev.tandem.learner.optimizer.MovingAverage;
import dev.tandem.learner.optimizer.TrainedParameter;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** The parameters under training with their optimizer, schedule and moving average. */
public final class Training implements AutoCloseable {
  private final OptimizerConfig config;
  private final List<TrainedParameter> parameters;
  private final AdamW optimizer;
  private final @Nullable MovingAverage average;

  private Training(
      OptimizerConfig config,
      List<TrainedParameter> parameters,
      AdamW optimizer,
      @Nullable MovingAverage average) {
    this.config = config;
    this.parameters = List.copyOf(parameters);
    this.optimizer = optimizer;
    this.average = average;
  }

  /**
   * Goes on from a saved state; a fresh start is the empty state after 0 steps.
   *
   * @param all every parameter of the policy, by name; those not trained lose their gradient
   * @param saved optimizer state and averages; copied
   * @param steps optimizer steps taken before
   */
  public static Training resume(
      OptimizerConfig config, SortedMap<String, Tensor> all, SavedState saved, long steps) {
    List<TrainedParameter> parameters = new ParameterSelection(config).select(all);
    try (PointerScope scope = new PointerScope()) {
      AdamW optimizer = AdamW.resumed(config.adamw(), parameters, saved.optimizer(), steps);
      MovingAverage average =
          config.emaDecay() == 0
              ? null
              : new MovingAverage(config.emaDecay(), parameters, saved.averages());
      return new Training(config, parameters, optimizer, average);
    }
  }

  /**
   * Tensors of a checkpoint.
   *
   * @param optimizer state of the optimizer
   * @param averages moving averages by parameter name
   */
  public record SavedState(Map<String, Tensor> optimizer, Map<String, Tensor> averages) {
    /** Before the first step. */
    public static SavedState empty() {
      return new SavedState(Map.of(), Map.of());
    }
  }

  /** The trained parameters by name. */
  public List<TrainedParameter> parameters() {
    return parameters;
  }

  /** Optimizer steps taken so far, those of earlier iterations included. */
  public long steps() {
    return optimizer.steps();
  }

  /** The factor that the schedule gives the next step. */
  public double rateFactor() {
    return config.schedule().factor(optimizer.steps());
  }

  /** What a checkpoint holds; the tensors stay owned here. */
  public SavedState state() {
    return new SavedState(optimizer.state(), average == null ? Map.of() : average.averages());
  }

  @Override
  public void close() {
    optimizer.close();
    if (average != null) {
      average.close();
    }
  }

  /** Applies gradients, one per parameter in their order. */
  void step(List<Tensor> gradients) {
    optimizer.step(gradients, rateFactor());
    if (average != null) {
      average.update();
    }
  }
}
