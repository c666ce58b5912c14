package dev.tandem.learner.objective;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.testing.GoldenValues;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Small float64 tensors for tests. */
final class TestTensors {
  private TestTensors() {}

  static Tensor of(double[] values, long... shape) {
    return HostTensors.of(values, shape);
  }

  /** A nested list of two axes. */
  static Tensor matrix(JsonNode rows) {
    double[] values = GoldenValues.doubles(rows);
    return of(values, rows.size(), rows.isEmpty() ? 0 : values.length / rows.size());
  }

  static Tensor leaf(Tensor values) {
    return values.detach().clone().set_requires_grad(true);
  }

  static double[] doubles(Tensor tensor) {
    return HostTensors.doubles(tensor);
  }

  static Tensor gradient(Tensor loss, Tensor leaf) {
    return torch
        .grad(
            new TensorVector(loss),
            new TensorVector(leaf),
            new TensorVector(),
            new BoolOptional(true),
            false,
            false)
        .get(0);
  }
}
