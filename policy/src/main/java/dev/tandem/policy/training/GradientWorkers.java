package dev.tandem.policy.training;

import dev.tandem.policy.Torch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Differentiates independent losses over shared parameters on several threads and sums their
 * gradients in the order in which the losses were given, so that the number of threads changes no
 * bit of the result. Only a few gradients wait at any time, so that memory does not grow with the
 * number of losses. Losses may come in buckets: each is summed by one thread, loss by loss, before
 * it is added to the others.
 */
public final class GradientWorkers implements AutoCloseable {
  private final ExecutorService executor;
  private final int ahead;

  public GradientWorkers(int threads) {
    this.executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "gradient");
              thread.setDaemon(true);
              return thread;
            });
    this.ahead = threads + 1;
  }

  /**
   * A loss and what there is to say about it.
   *
   * @param loss a scalar; it may depend on none of the parameters
   * @param differentiation that of the replay which the loss was computed from
   */
  public record Loss<R>(Tensor loss, R report, Differentiation differentiation) {
    /** A loss whose graph holds all that its derivative needs. */
    public Loss(Tensor loss, R report) {
      this(loss, report, Differentiation.DIRECT);
    }
  }

  /** Builds a loss on a worker's thread, inside a pointer scope of its own. */
  public interface LossFunction<R> {
    Loss<R> compute();
  }

  /**
   * The summed gradients, one per parameter, and each loss's report. The caller closes it.
   *
   * @param gradients in the order of the parameters; null where no loss depends on one
   */
  public record Summed<R>(List<@Nullable Tensor> gradients, List<R> reports)
      implements AutoCloseable {
    private static <R> Summed<R> empty(int parameters) {
      @Nullable Tensor[] none = new Tensor[parameters];
      return new Summed<>(Arrays.asList(none), new ArrayList<>());
    }

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
  public <R> Summed<R> differentiate(
      List<Tensor> parameters, List<? extends LossFunction<R>> losses) {
    List<List<LossFunction<R>>> buckets = new ArrayList<>();
    for (LossFunction<R> loss : losses) {
      buckets.add(List.of(loss));
    }
    return differentiateBuckets(parameters, buckets);
  }

  /**
   * Computes the losses of all buckets and sums their gradients.
   *
   * @param buckets none empty; the reports come in the order of buckets and their losses
   */
  public <R> Summed<R> differentiateBuckets(
      List<Tensor> parameters, List<? extends List<? extends LossFunction<R>>> buckets) {
    List<Callable<LossGradient<R>>> tasks = new ArrayList<>();
    for (List<? extends LossFunction<R>> bucket : buckets) {
      tasks.add(() -> LossGradient.ofSum(bucket, parameters));
    }
    Summed<R> summed = Summed.empty(parameters.size());
    try {
      inOrder(tasks, gradient -> add(summed, gradient));
      return summed;
    } catch (RuntimeException e) {
      summed.close();
      throw e;
    }
  }

  /**
   * Runs tasks on the workers and hands their results over in the order of the tasks.
   *
   * @param sink called on the calling thread
   */
  public <T> void inOrder(List<? extends Callable<T>> tasks, Consumer<T> sink) {
    Deque<Future<T>> waiting = new ArrayDeque<>();
    for (Callable<T> task : tasks) {
      if (waiting.size() == ahead) {
        sink.accept(result(waiting.remove()));
      }
      waiting.add(
          executor.submit(
              () -> {
                Torch.use();
                return task.call();
              }));
    }
    while (!waiting.isEmpty()) {
      sink.accept(result(waiting.remove()));
    }
  }

  /** Waits for tasks that still run: they use tensors that the caller frees next. */
  @Override
  public void close() {
    executor.shutdown();
    boolean interrupted = false;
    while (!executor.isTerminated()) {
      try {
        executor.awaitTermination(1, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static <R> void add(Summed<R> sums, LossGradient<R> loss) {
    try (loss;
        PointerScope scope = new PointerScope()) {
      for (int i = 0; i < loss.gradients().size(); i++) {
        Tensor gradient = loss.gradients().get(i);
        Tensor sum = sums.gradients().get(i);
        if (sum != null && gradient.defined()) {
          sum.add_(gradient);
        } else if (gradient.defined()) {
          // An own copy: a gradient may share memory with another one.
          sums.gradients().set(i, gradient.clone().<Tensor>retainReference());
        }
      }
    }
    sums.reports().addAll(loss.reports());
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while a loss was computed", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("A loss could not be computed", e.getCause());
    }
  }
}
