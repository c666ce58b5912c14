package dev.tandem.policy.training;

import dev.tandem.policy.Torch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Differentiates independent losses over shared parameters on several threads and sums their
 * gradients in the order in which the losses were given, so that the number of threads changes no
 * bit of the result.
 */
public final class GradientWorkers implements AutoCloseable {
  private final ExecutorService threads;

  public GradientWorkers(int threadCount) {
    this.threads =
        Executors.newFixedThreadPool(
            threadCount,
            task -> {
              Thread thread = new Thread(task, "gradient");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * A loss and numbers worth reporting.
   *
   * @param loss a scalar that depends on the parameters
   */
  public record Loss(Tensor loss, Map<String, Double> metrics) {}

  /** Builds a loss on a worker's thread, inside a pointer scope of its own. */
  public interface LossFunction {
    Loss compute();
  }

  /**
   * The summed gradients, one per parameter, and each loss's metrics. The caller closes it.
   *
   * @param gradients in the order of the parameters; null where no loss depends on one
   */
  public record Summed(List<@Nullable Tensor> gradients, List<Map<String, Double>> metrics)
      implements AutoCloseable {
    @Override
    public void close() {
      for (Tensor gradient : gradients) {
        if (gradient != null) {
          gradient.releaseReference();
        }
      }
    }
  }

  /** Computes all losses and sums their gradients. */
  public Summed differentiate(List<Tensor> parameters, List<LossFunction> losses) {
    List<Future<Gradients>> futures = new ArrayList<>();
    for (LossFunction loss : losses) {
      Callable<Gradients> task = () -> differentiate(parameters, loss);
      futures.add(threads.submit(task));
    }
    @Nullable Tensor[] sums = new Tensor[parameters.size()];
    List<Map<String, Double>> metrics = new ArrayList<>();
    for (Future<Gradients> future : futures) {
      Gradients gradients = await(future);
      metrics.add(gradients.metrics());
      for (int i = 0; i < sums.length; i++) {
        sums[i] = add(sums[i], gradients.values()[i]);
      }
    }
    List<@Nullable Tensor> summed = new ArrayList<>();
    for (Tensor sum : sums) {
      summed.add(sum);
    }
    return new Summed(summed, metrics);
  }

  private static @Nullable Tensor add(@Nullable Tensor sum, @Nullable Tensor gradient) {
    if (sum == null || gradient == null) {
      return sum == null ? gradient : sum;
    }
    try (PointerScope scope = new PointerScope()) {
      sum.add_(gradient);
    }
    gradient.releaseReference();
    return sum;
  }

  @SuppressWarnings("ArrayRecordComponent") // private carrier, never compared
  private record Gradients(@Nullable Tensor[] values, Map<String, Double> metrics) {}

  private static Gradients differentiate(List<Tensor> parameters, LossFunction function) {
    Torch.use();
    try (PointerScope scope = new PointerScope()) {
      Loss loss = function.compute();
      TensorVector inputs = new TensorVector();
      parameters.forEach(inputs::push_back);
      TensorVector gradients =
          torch.grad(
              new TensorVector(loss.loss()),
              inputs,
              new TensorVector(),
              new BoolOptional(),
              false,
              true);
      @Nullable Tensor[] values = new Tensor[parameters.size()];
      for (int i = 0; i < values.length; i++) {
        Tensor gradient = gradients.get(i);
        if (gradient.defined()) {
          // An own copy: a gradient may share memory with another one.
          Tensor copy = gradient.clone();
          copy.retainReference();
          values[i] = copy;
        }
      }
      return new Gradients(values, new LinkedHashMap<>(loss.metrics()));
    }
  }

  private static Gradients await(Future<Gradients> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while differentiating", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("A loss could not be differentiated", e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
