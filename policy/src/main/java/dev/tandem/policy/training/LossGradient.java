package dev.tandem.policy.training;

import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The gradient of a sum of losses, held beyond the pointer scopes it was computed in.
 *
 * @param gradients one a parameter; undefined where no loss depends on it
 * @param reports what the losses had to say, in their order
 */
record LossGradient<R>(List<Tensor> gradients, List<R> reports) implements AutoCloseable {

  /**
   * Differentiates losses one after the other and adds their gradients up: no more than one of them
   * is held in memory with all that its derivative needs.
   */
  static <R> LossGradient<R> ofSum(
      List<? extends LossFunction<R>> functions, List<Tensor> parameters) {
    LossGradient<R> sum = of(functions.get(0), parameters);
    for (LossFunction<R> function : functions.subList(1, functions.size())) {
      try (LossGradient<R> before = sum;
          LossGradient<R> next = of(function, parameters)) {
        sum = before.plus(next);
      }
    }
    return sum;
  }

  /** Differentiates a loss; leaves the parameters' own gradient fields alone. */
  private static <R> LossGradient<R> of(LossFunction<R> function, List<Tensor> parameters) {
    List<Tensor> held = new ArrayList<>(parameters.size());
    try (PointerScope scope = new PointerScope()) {
      Loss<R> loss = function.compute();
      if (!loss.loss().requires_grad()) {
        parameters.forEach(parameter -> held.add(new Tensor().<Tensor>retainReference()));
        return new LossGradient<>(held, List.of(loss.report()));
      }
      for (Tensor gradient : loss.differentiation().gradients(loss.loss(), parameters)) {
        held.add(gradient.<Tensor>retainReference());
      }
      return new LossGradient<>(held, List.of(loss.report()));
    }
  }

  private LossGradient<R> plus(LossGradient<R> other) {
    List<Tensor> sums = new ArrayList<>(gradients.size());
    try (PointerScope scope = new PointerScope()) {
      for (int i = 0; i < gradients.size(); i++) {
        sums.add(sum(gradients.get(i), other.gradients.get(i)).<Tensor>retainReference());
      }
    }
    List<R> all = new ArrayList<>(reports);
    all.addAll(other.reports);
    return new LossGradient<>(sums, all);
  }

  private static Tensor sum(Tensor a, Tensor b) {
    if (a.defined() && b.defined()) {
      return a.add(b);
    }
    return new Tensor(a.defined() ? a : b);
  }

  @Override
  public void close() {
    gradients.forEach(Tensor::close);
  }
}
