package dev.tandem.policy.bagel;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.TensorOptional;

/** Arguments that are left out, made once: each call would pay as for an operation. */
final class Absent {
  static final TensorOptional TENSOR = new TensorOptional().retainReference();
  static final DoubleOptional NUMBER = new DoubleOptional().retainReference();

  private Absent() {}
}
