package dev.tandem.learner.update;

import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A replay without gradient, in float64 on the host, that outlives the pointer scope it was made
 * in.
 *
 * @param tokenLogProbs {@code [G, T]}
 * @param velocities {@code [G, N, C]} for each stochastic step
 */
record HeldReplay(Tensor tokenLogProbs, List<Tensor> velocities) implements AutoCloseable {

  static HeldReplay of(TrainablePolicy policy, TrajectoryGroup group) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      Replay replay = policy.replay(group);
      return new HeldReplay(
          hold(replay.tokenLogProbs()),
          replay.velocities().stream().map(HeldReplay::hold).toList());
    }
  }

  /** Reads what {@link #bytes} wrote. */
  static HeldReplay of(ByteBuffer bytes) {
    try (PointerScope scope = new PointerScope()) {
      Tensor tokenLogProbs = read(bytes);
      List<Tensor> velocities = new ArrayList<>();
      while (bytes.hasRemaining()) {
        velocities.add(read(bytes));
      }
      return new HeldReplay(
          hold(tokenLogProbs), velocities.stream().map(HeldReplay::hold).toList());
    }
  }

  /** The tensors one after the other, each behind its number of dimensions and its shape. */
  ByteBuffer bytes() {
    List<Tensor> tensors = new ArrayList<>(velocities);
    tensors.add(0, tokenLogProbs);
    int size = 0;
    for (Tensor tensor : tensors) {
      size += Math.toIntExact(Long.BYTES * (1 + tensor.dim() + tensor.numel()));
    }
    ByteBuffer bytes = ByteBuffer.allocate(size);
    for (Tensor tensor : tensors) {
      bytes.putLong(tensor.dim());
      for (long length : tensor.shape()) {
        bytes.putLong(length);
      }
      double[] values = HostTensors.doubles(tensor);
      bytes.asDoubleBuffer().put(values);
      bytes.position(bytes.position() + Double.BYTES * values.length);
    }
    return bytes.flip();
  }

  @Override
  public void close() {
    tokenLogProbs.close();
    velocities.forEach(Tensor::close);
  }

  private static Tensor read(ByteBuffer bytes) {
    long[] shape = new long[(int) bytes.getLong()];
    long count = 1;
    for (int i = 0; i < shape.length; i++) {
      shape[i] = bytes.getLong();
      count *= shape[i];
    }
    double[] values = new double[Math.toIntExact(count)];
    bytes.asDoubleBuffer().get(values);
    bytes.position(bytes.position() + Double.BYTES * values.length);
    return HostTensors.of(values, shape);
  }

  private static Tensor hold(Tensor tensor) {
    return HostTensors.of(tensor.detach()).retainReference();
  }
}
