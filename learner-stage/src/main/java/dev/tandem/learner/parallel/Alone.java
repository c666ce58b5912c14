package dev.tandem.learner.parallel;

import java.io.Serializable;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A single rank: it has nobody to talk to. */
final class Alone implements Ranks {
  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int count() {
    return 1;
  }

  @Override
  public <T extends Serializable> List<T> gather(T mine) {
    return List.of(mine);
  }

  @Override
  public void sum(List<Tensor> tensors) {
    // The sum of one is itself.
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
