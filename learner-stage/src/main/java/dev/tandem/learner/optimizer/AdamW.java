package dev.tandem.learner.optimizer;

import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * AdamW with decoupled weight decay (arXiv 1711.05101), as in PyTorch: the decay comes first,
 * epsilon is added outside the root, both means are corrected for their start at zero.
 *
 * <p>Written out and not taken from libtorch, so that the state is a map of tensors that can be
 * saved in an open format. A parameter without a gradient in a step is left as it is. Owns its
 * state; not safe for use by several threads.
 */
public final class AdamW implements AutoCloseable {
  private static final String MEAN = "exp_avg.";
  private static final String SQUARE = "exp_avg_sq.";

  private final AdamWSettings settings;
  private final List<Slot> slots;
  private long steps;

  /** A parameter with the running means of its gradient and of its square. */
  private record Slot(TrainedParameter parameter, Tensor mean, Tensor square) {}

  private AdamW(AdamWSettings settings, List<Slot> slots, long steps) {
    this.settings = settings;
    this.slots = List.copyOf(slots);
    this.steps = steps;
  }

  /** An optimizer that has seen nothing yet. */
  public static AdamW fresh(AdamWSettings settings, List<TrainedParameter> parameters) {
    return resumed(settings, parameters, Map.of(), 0);
  }

  /**
   * An optimizer that goes on from a saved {@link #state}. Parameters that were not trained when it
   * was saved start fresh; state of parameters that are no longer trained is dropped.
   *
   * @param state copied; stays the caller's
   * @param steps number of steps taken before
   */
  public static AdamW resumed(
      AdamWSettings settings,
      List<TrainedParameter> parameters,
      Map<String, Tensor> state,
      long steps) {
    List<Slot> slots = new ArrayList<>();
    try (PointerScope scope = new PointerScope()) {
      for (TrainedParameter parameter : parameters) {
        slots.add(slot(parameter, saved(state, MEAN, parameter), saved(state, SQUARE, parameter)));
      }
    }
    return new AdamW(settings, slots, steps);
  }

  /** The running means by name; the tensors stay this optimizer's. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Slot slot : slots) {
      state.put(MEAN + slot.parameter().name(), slot.mean());
      state.put(SQUARE + slot.parameter().name(), slot.square());
    }
    return state;
  }

  /** Number of steps taken. */
  public long steps() {
    return steps;
  }

  /**
   * Updates every parameter in place.
   *
   * @param gradients one per parameter, in their order; an undefined tensor means none
   * @param rateFactor what the schedule multiplies learning rates by
   */
  public void step(List<Tensor> gradients, double rateFactor) {
    if (gradients.size() != slots.size()) {
      throw new IllegalArgumentException(
          "Invalid gradients: %d for %d parameters".formatted(gradients.size(), slots.size()));
    }
    steps++;
    try (NoGradGuard noGradient = new NoGradGuard()) {
      for (int i = 0; i < slots.size(); i++) {
        if (gradients.get(i).defined()) {
          update(slots.get(i), gradients.get(i), rateFactor);
        }
      }
    }
  }

  @Override
  public void close() {
    for (Slot slot : slots) {
      slot.mean().close();
      slot.square().close();
    }
  }

  private void update(Slot slot, Tensor gradient, double rateFactor) {
    double rate = slot.parameter().learningRate() * rateFactor;
    double meanCorrection = 1 - Math.pow(settings.beta1(), (double) steps);
    double squareCorrection = 1 - Math.pow(settings.beta2(), (double) steps);
    try (PointerScope scope = new PointerScope()) {
      Tensor value = slot.parameter().value();
      value.mul_(new Scalar(1 - rate * settings.weightDecay()));
      slot.mean().lerp_(gradient, new Scalar(1 - settings.beta1()));
      slot.square().mul_(new Scalar(settings.beta2()));
      slot.square().addcmul_(gradient, gradient, new Scalar(1 - settings.beta2()));
      Tensor root = slot.square().sqrt();
      root.div_(new Scalar(Math.sqrt(squareCorrection)));
      root.add_(new Scalar(settings.epsilon()));
      value.addcdiv_(slot.mean(), root, new Scalar(-rate / meanCorrection));
    }
  }

  private static Slot slot(TrainedParameter parameter, Tensor mean, Tensor square) {
    mean.retainReference();
    square.retainReference();
    return new Slot(parameter, mean, square);
  }

  private static Tensor zeros(TrainedParameter parameter) {
    try (NoGradGuard noGradient = new NoGradGuard()) {
      return torch.zeros_like(parameter.value());
    }
  }

  private static Tensor saved(Map<String, Tensor> state, String kind, TrainedParameter parameter) {
    Tensor found = state.get(kind + parameter.name());
    if (found == null) {
      return zeros(parameter);
    }
    long[] expected = parameter.value().shape();
    if (!Arrays.equals(found.shape(), expected)) {
      throw new UserError(
          "Cannot resume the optimizer: tensor %s%s has shape %s, the parameter has %s"
              .formatted(
                  kind,
                  parameter.name(),
                  Arrays.toString(found.shape()),
                  Arrays.toString(expected)));
    }
    try (NoGradGuard noGradient = new NoGradGuard()) {
      return torch.zeros_like(parameter.value()).copy_(found);
    }
  }
}
