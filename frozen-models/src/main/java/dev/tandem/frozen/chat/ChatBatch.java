package dev.tandem.frozen.chat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Asks many questions through one client, a bounded number of them at the same time. */
public final class ChatBatch implements AutoCloseable {
  private final ChatClient client;
  private final Duration timeout;
  private final ExecutorService askers;

  public ChatBatch(ChatSettings settings) {
    this.client = new ChatClient(settings);
    this.timeout = ServiceSettings.seconds(settings.batchTimeout());
    this.askers =
        Executors.newFixedThreadPool(
            settings.inFlight(),
            work -> {
              Thread thread = new Thread(work, "chat");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * The outcomes in the order of the questions. What is not answered within the settings' time-out
   * of a batch is a failure.
   */
  public List<ChatOutcome> ask(List<ChatQuestion> questions) throws InterruptedException {
    Deadline deadline = Deadline.in(timeout);
    List<Future<ChatOutcome>> asked = new ArrayList<>();
    for (ChatQuestion question : questions) {
      asked.add(askers.submit(() -> client.ask(question, deadline)));
    }
    List<ChatOutcome> outcomes = new ArrayList<>();
    for (Future<ChatOutcome> future : asked) {
      try {
        outcomes.add(future.get());
      } catch (ExecutionException e) {
        throw new IllegalStateException("Cannot ask a question", e.getCause());
      }
    }
    return outcomes;
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    askers.shutdownNow();
  }
}
