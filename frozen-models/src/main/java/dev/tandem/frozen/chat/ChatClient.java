package dev.tandem.frozen.chat;

/**
 * Asks a model behind OpenAI-compatible endpoints ({@code POST /chat/completions} with {@code
 * response_format: json_schema}) through {@link JsonService}, which knows retries; what the model
 * itself answers badly is not asked again here either. Used by many threads at the same time.
 */
public final class ChatClient {
  private static final String COMPLETIONS = "/chat/completions";

  private final ChatSettings settings;
  private final JsonService service;

  /**
   * @throws dev.tandem.schemas.UserError if the environment does not hold the API key
   */
  public ChatClient(ChatSettings settings) {
    this.settings = settings;
    this.service = new JsonService(settings.service(), COMPLETIONS);
  }

  /**
   * Looks for the API key of the settings.
   *
   * @throws dev.tandem.schemas.UserError if this process's environment does not hold it
   */
  public static void requireKey(ChatSettings settings) {
    var unused = ApiKey.fromEnvironment(settings.keyVariable());
  }

  /** Asks and waits for the outcome, at most as long as the settings' total time-out. */
  public ChatOutcome ask(ChatQuestion question) throws InterruptedException {
    return outcome(question, service.post(question.body(settings)));
  }

  /** The same, at most until the deadline too. */
  ChatOutcome ask(ChatQuestion question, Deadline deadline) throws InterruptedException {
    return outcome(question, service.post(question.body(settings), deadline));
  }

  private static ChatOutcome outcome(ChatQuestion question, JsonService.Posted posted) {
    if (posted instanceof JsonService.NotReceived failed) {
      return new ChatOutcome.Failure(failed.kind(), failed.message(), failed.effort());
    }
    JsonService.Received received = (JsonService.Received) posted;
    ReplyReader.Reading reading = ReplyReader.read(received.body(), question.template().schema());
    if (reading instanceof ReplyReader.Answered answered) {
      return new ChatOutcome.Answer(answered.json(), received.effort());
    }
    ReplyReader.Unanswered unanswered = (ReplyReader.Unanswered) reading;
    return new ChatOutcome.Failure(unanswered.kind(), unanswered.message(), received.effort());
  }
}
