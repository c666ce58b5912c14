package dev.tandem.frozen.chat;

import java.time.Duration;
import java.util.List;

/** Asks many questions through one client, a bounded number of them at the same time. */
public final class ChatBatch implements AutoCloseable {
  private final ChatClient client;
  private final Duration timeout;
  private final BoundedCalls calls;

  public ChatBatch(ChatSettings settings) {
    this.client = new ChatClient(settings);
    this.timeout = ServiceSettings.seconds(settings.batchTimeout());
    this.calls = new BoundedCalls(settings.inFlight());
  }

  /**
   * The outcomes in the order of the questions. What is not answered within the settings' time-out
   * of a batch is a failure. Several threads may ask; a batch's time begins when those before it
   * leave a place to its first question.
   */
  public List<ChatOutcome> ask(List<ChatQuestion> questions) throws InterruptedException {
    return calls.all(questions, timeout, client::ask);
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    calls.close();
  }
}
