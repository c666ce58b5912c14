package dev.tandem.policy.training;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * How a loss that was computed from a {@link Replay} is differentiated. It may be done once, on any
 * thread.
 */
@FunctionalInterface
public interface Differentiation {

  /** The loss's own graph holds all that its derivative needs. */
  Differentiation DIRECT = Differentiation::direct;

  /**
   * The derivative of a scalar loss, in the caller's pointer scope; the parameters' own gradient
   * fields are left alone.
   *
   * @return one a parameter; undefined where the loss does not depend on it
   */
  List<Tensor> gradients(Tensor loss, List<Tensor> parameters);

  private static List<Tensor> direct(Tensor loss, List<Tensor> parameters) {
    TensorVector gradients =
        torch.grad(
            new TensorVector(loss),
            new TensorVector(parameters.toArray(Tensor[]::new)),
            new TensorVector(),
            new BoolOptional(),
            false,
            true);
    List<Tensor> list = new ArrayList<>(parameters.size());
    for (int i = 0; i < parameters.size(); i++) {
      // The vector owns what get returns: keep a handle of our own.
      list.add(new Tensor(gradients.get(i)));
    }
    return list;
  }
}
