package dev.tandem.frozen.chat;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Asks a model behind an OpenAI-compatible endpoint ({@code POST /chat/completions} with {@code
 * response_format: json_schema}). Requests that may succeed later (status 408, 429 or 5xx, a broken
 * connection, a time-out) are sent again after a wait, others are not; what the model itself
 * answers badly is not asked again here either. Used by many threads at the same time.
 */
public final class ChatClient {
  private final ChatSettings settings;
  private final HttpPost post;
  private final RetryPolicy retries;

  /**
   * @throws dev.tandem.schemas.UserError if the environment does not hold the API key
   */
  public ChatClient(ChatSettings settings) {
    this.settings = settings;
    this.post =
        new HttpPost(
            settings.completions(),
            ApiKey.fromEnvironment(settings.keyVariable()),
            ChatSettings.seconds(settings.connectTimeout()));
    this.retries =
        new RetryPolicy(
            ChatSettings.seconds(settings.backoff()),
            ChatSettings.seconds(settings.backoffMax()),
            Clock.systemUTC(),
            () -> ThreadLocalRandom.current().nextDouble());
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
    return new Asking(question).outcome();
  }

  /** One question with its attempts. */
  private final class Asking {
    private final ChatQuestion question;
    private final String body;
    private final long started = System.nanoTime();
    private final List<String> failed = new ArrayList<>();
    private @Nullable String lastReply;

    Asking(ChatQuestion question) {
      this.question = question;
      this.body = question.body(settings);
    }

    ChatOutcome outcome() throws InterruptedException {
      Duration limit = ChatSettings.seconds(settings.requestTimeout());
      while (true) {
        Duration left = left();
        HttpPost.Result result = post.send(body, left.compareTo(limit) < 0 ? left : limit);
        if (result instanceof HttpPost.Reply reply) {
          lastReply = reply.body();
          if (reply.status() / 100 == 2) {
            return read(reply.body());
          }
        }
        ChatOutcome.Failure failure = failure(result);
        Duration pause = pause(result);
        boolean inTime = pause.compareTo(left()) < 0;
        if (!isTemporary(result) || failed.size() + 1 >= settings.attempts() || !inTime) {
          return failure;
        }
        failed.add(whole(result, failure));
        Thread.sleep(Math.max(1, pause.toMillis()));
      }
    }

    private ChatOutcome read(String reply) {
      ReplyReader.Reading reading = ReplyReader.read(reply, question.template().schema());
      if (reading instanceof ReplyReader.Answered answered) {
        return new ChatOutcome.Answer(answered.json(), effort());
      }
      ReplyReader.Unanswered unanswered = (ReplyReader.Unanswered) reading;
      return new ChatOutcome.Failure(unanswered.kind(), unanswered.message(), effort());
    }

    private ChatOutcome.Failure failure(HttpPost.Result result) {
      if (result instanceof HttpPost.Broken broken) {
        return new ChatOutcome.Failure(broken.kind(), broken.message(), effort());
      }
      HttpPost.Reply reply = (HttpPost.Reply) result;
      String message = "status %d: %s".formatted(reply.status(), ReplyReader.excerpt(reply.body()));
      return new ChatOutcome.Failure(FailureKind.HTTP, message, effort());
    }

    /** What an attempt met, with all of the reply: only the last one's is kept elsewhere. */
    private String whole(HttpPost.Result result, ChatOutcome.Failure failure) {
      String met =
          result instanceof HttpPost.Reply reply
              ? "status %d: %s".formatted(reply.status(), reply.body())
              : failure.message();
      return failure.kind().label() + ": " + met;
    }

    private boolean isTemporary(HttpPost.Result result) {
      return result instanceof HttpPost.Broken broken
          ? broken.kind() != FailureKind.REPLY
          : RetryPolicy.isTemporary(((HttpPost.Reply) result).status());
    }

    private Duration pause(HttpPost.Result result) {
      Duration backoff = retries.backoff(failed.size() + 1);
      return result instanceof HttpPost.Reply reply
          ? reply.retryAfter().flatMap(retries::asked).orElse(backoff)
          : backoff;
    }

    private Duration left() {
      Duration left =
          ChatSettings.seconds(settings.totalTimeout()).minusNanos(System.nanoTime() - started);
      return left.isNegative() ? Duration.ZERO : left;
    }

    private ChatOutcome.Effort effort() {
      return new ChatOutcome.Effort(failed, (System.nanoTime() - started) / 1e6, lastReply);
    }
  }
}
