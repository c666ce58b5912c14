package dev.tandem.policy.bagel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Named parameters of a model. They live outside any pointer scope until closed, but for those that
 * were derived from others: these belong to the scope that was open then.
 */
public final class Weights implements AutoCloseable {
  private final SortedMap<String, Tensor> tensors;
  private final List<TensorOptional> arguments = new ArrayList<>();
  private final boolean scoped;

  /** Takes ownership of the tensors. */
  public Weights(Map<String, Tensor> tensors) {
    this(tensors, false);
  }

  private Weights(Map<String, Tensor> tensors, boolean scoped) {
    this.tensors = new TreeMap<>(tensors);
    this.scoped = scoped;
  }

  public SortedMap<String, Tensor> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("No parameter " + name);
    }
    return tensor;
  }

  Linear linear(String name) {
    boolean biased = tensors.containsKey(name + ".bias");
    return new Linear(tensor(name + ".weight"), biased ? argument(name + ".bias") : Absent.TENSOR);
  }

  /**
   * Lays the matrices that {@link #linear} multiplies by out column by column; names, shapes and
   * values stay. OpenBLAS packs a matrix at every product, and along columns five times as fast:
   * sampling gains 5 percent. Not for parameters, whose gradients come out row by row.
   */
  void layOutForProducts() {
    try (NoGradGuard guard = new NoGradGuard()) {
      tensors.replaceAll(
          (name, tensor) ->
              ParameterShapes.isFactor(name, tensor.shape()) ? byColumns(tensor) : tensor);
    }
  }

  private static Tensor byColumns(Tensor matrix) {
    try (PointerScope scope = new PointerScope()) {
      Tensor columns = matrix.t().contiguous().t().retainReference();
      matrix.close();
      return columns;
    }
  }

  /** A parameter as an optional argument, made once: each call would pay as for an operation. */
  TensorOptional argument(String name) {
    TensorOptional argument = new TensorOptional(tensor(name));
    if (!scoped) {
      arguments.add(argument.retainReference());
    }
    return argument;
  }

  Tensor norm(String name) {
    return tensor(name + ".weight");
  }

  /**
   * The same parameters in another type, differentiable with respect to these. They belong to the
   * caller's pointer scope.
   */
  Weights in(torch.ScalarType type) {
    return mapped(tensor -> derived(tensor.to(type), tensor.requires_grad()));
  }

  /**
   * A parameter made from others. libtorch multiplies in another order by a matrix that takes
   * gradients: a pass without them must not look different, or its last bits do.
   */
  static Tensor derived(Tensor tensor, boolean takesGradients) {
    return takesGradients && !tensor.requires_grad() ? tensor.set_requires_grad(true) : tensor;
  }

  /** What a function makes of each parameter. They belong to the caller's pointer scope. */
  Weights mapped(UnaryOperator<Tensor> function) {
    Map<String, Tensor> others = new TreeMap<>();
    tensors.forEach((name, tensor) -> others.put(name, function.apply(tensor)));
    return new Weights(others, true);
  }

  /** These with some replaced; all belong to the scopes that they were made in. */
  Weights with(Map<String, Tensor> replaced) {
    Map<String, Tensor> others = new TreeMap<>(tensors);
    others.putAll(replaced);
    return new Weights(others, true);
  }

  /** Copies values into the parameters of the same names. */
  public void copyFrom(Map<String, Tensor> values) {
    try (NoGradGuard guard = new NoGradGuard()) {
      values.forEach((name, value) -> tensor(name).copy_(value));
    }
  }

  @Override
  public void close() {
    arguments.forEach(TensorOptional::close);
    arguments.clear();
    tensors.values().forEach(Tensor::close);
    tensors.clear();
  }

  static Tensor filled(double value, long... shape) {
    return torch.full(shape, new Scalar(value));
  }
}
