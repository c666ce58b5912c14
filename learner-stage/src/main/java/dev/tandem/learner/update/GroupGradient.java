package dev.tandem.learner.update;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The gradient of a group's loss, held beyond the pointer scope it was computed in.
 *
 * @param gradients one a parameter; undefined where the loss does not depend on it
 * @param measures the group's numbers
 * @param distance of the stored log-probabilities from the pass; empty where not asked for
 */
record GroupGradient(List<Tensor> gradients, Measures measures, RolloutDistance distance)
    implements AutoCloseable {

  /** Differentiates the loss; leaves the parameters' own gradient fields alone. */
  static GroupGradient of(
      Tensor loss, List<Tensor> parameters, Measures measures, RolloutDistance distance) {
    List<Tensor> held = new ArrayList<>(parameters.size());
    try (PointerScope scope = new PointerScope()) {
      if (!loss.requires_grad()) {
        parameters.forEach(parameter -> held.add(new Tensor().<Tensor>retainReference()));
        return new GroupGradient(held, measures, distance);
      }
      TensorVector gradients =
          torch.grad(
              new TensorVector(loss),
              new TensorVector(parameters.toArray(Tensor[]::new)),
              new TensorVector(),
              new BoolOptional(),
              false,
              true);
      for (int i = 0; i < parameters.size(); i++) {
        // The vector owns what get returns: keep a handle of our own.
        held.add(new Tensor(gradients.get(i)).<Tensor>retainReference());
      }
    }
    return new GroupGradient(held, measures, distance);
  }

  @Override
  public void close() {
    gradients.forEach(Tensor::close);
  }
}
