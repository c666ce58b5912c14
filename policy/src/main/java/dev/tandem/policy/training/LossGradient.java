package dev.tandem.policy.training;

import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The gradient of one loss, held beyond the pointer scope it was computed in.
 *
 * @param gradients one a parameter; undefined where the loss does not depend on it
 * @param report what the loss had to say
 */
record LossGradient<R>(List<Tensor> gradients, R report) implements AutoCloseable {

  /** Differentiates a loss; leaves the parameters' own gradient fields alone. */
  static <R> LossGradient<R> of(LossFunction<R> function, List<Tensor> parameters) {
    List<Tensor> held = new ArrayList<>(parameters.size());
    try (PointerScope scope = new PointerScope()) {
      Loss<R> loss = function.compute();
      if (!loss.loss().requires_grad()) {
        parameters.forEach(parameter -> held.add(new Tensor().<Tensor>retainReference()));
        return new LossGradient<>(held, loss.report());
      }
      TensorVector gradients =
          torch.grad(
              new TensorVector(loss.loss()),
              new TensorVector(parameters.toArray(Tensor[]::new)),
              new TensorVector(),
              new BoolOptional(),
              false,
              true);
      for (int i = 0; i < parameters.size(); i++) {
        // The vector owns what get returns: keep a handle of our own.
        held.add(new Tensor(gradients.get(i)).<Tensor>retainReference());
      }
      return new LossGradient<>(held, loss.report());
    }
  }

  @Override
  public void close() {
    gradients.forEach(Tensor::close);
  }
}
