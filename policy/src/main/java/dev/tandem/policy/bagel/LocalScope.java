package dev.tandem.policy.bagel;

import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Computations whose temporaries are freed as soon as they end, as Python's reference counts would:
 * the next computation then writes where the cache is still warm. Held until the end of a pass,
 * they make its matrix products half as slow again.
 */
final class LocalScope {
  private LocalScope() {}

  /** The result of a computation, which lives as long as the caller's own tensors. */
  static Tensor of(Supplier<Tensor> computation) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope inner = new PointerScope()) {
      return keep(computation.get(), outer);
    }
  }

  /** As {@link #of}, for two results. */
  static Streams ofStreams(Supplier<Streams> computation) {
    PointerScope outer = PointerScope.getInnerScope();
    try (PointerScope inner = new PointerScope()) {
      UnaryOperator<Tensor> kept = tensor -> keep(tensor, outer);
      return computation.get().map(kept, kept);
    }
  }

  /** Keeps a tensor until the given scope ends; without one, until it is garbage. */
  static Tensor keep(Tensor tensor, @Nullable PointerScope scope) {
    if (scope == null) {
      return tensor.retainReference();
    }
    scope.attach(tensor);
    return tensor;
  }
}
