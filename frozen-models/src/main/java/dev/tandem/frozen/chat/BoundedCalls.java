package dev.tandem.frozen.chat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;

/** Threads that wait for servers, as many as may be waited for at the same time. */
final class BoundedCalls implements AutoCloseable {
  private final ExecutorService callers;

  /** What is done with each question until the deadline; may block. */
  interface Call<Q, R> {
    R answer(Q question, Deadline deadline) throws InterruptedException;
  }

  BoundedCalls(int atOnce) {
    this.callers =
        Executors.newFixedThreadPool(
            atOnce,
            work -> {
              Thread thread = new Thread(work, "chat");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The answers in the order of the questions; if it is interrupted, it ends what is under way.
   * Several threads may ask: the questions of the later one follow those of the earlier.
   *
   * @param timeout from the moment when the first of these questions has its turn until the
   *     deadline of all
   */
  <Q, R> List<R> all(List<Q> questions, Duration timeout, Call<Q, R> call)
      throws InterruptedException {
    AtomicReference<Deadline> deadline = new AtomicReference<>();
    List<Future<R>> asked = new ArrayList<>();
    for (Q question : questions) {
      asked.add(
          callers.submit(
              () ->
                  call.answer(
                      question,
                      Objects.requireNonNull(
                          deadline.updateAndGet(
                              begun -> begun == null ? Deadline.in(timeout) : begun)))));
    }
    try {
      List<R> answers = new ArrayList<>();
      for (Future<R> future : asked) {
        answers.add(future.get());
      }
      return answers;
    } catch (ExecutionException e) {
      throw new IllegalStateException("Cannot ask a question", e.getCause());
    } finally {
      asked.forEach(future -> future.cancel(true)); // nothing to do for those that have ended
    }
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    callers.shutdownNow();
  }
}
