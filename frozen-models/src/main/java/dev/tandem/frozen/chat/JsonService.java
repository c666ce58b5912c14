package dev.tandem.frozen.chat;

import dev.tandem.schemas.UserError;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Posts JSON to one of several servers and waits for the reply. Requests that may succeed later
 * (status 408, 429 or 5xx, a broken connection, a time-out) are sent again after a wait, to another
 * server where there is one; others are not. Used by many threads at the same time.
 */
public final class JsonService {
  private final ServiceSettings settings;
  private final Endpoints endpoints;
  private final RetryPolicy retries;

  /** What became of a request. */
  public sealed interface Posted {}

  /** A reply with a status of success. */
  public record Received(String body, ChatOutcome.Effort effort) implements Posted {}

  /**
   * None.
   *
   * @param message what was found, for people
   */
  public record NotReceived(FailureKind kind, String message, ChatOutcome.Effort effort)
      implements Posted {}

  /**
   * @param path added to the addresses
   * @throws UserError if there is no address, or the environment does not hold the API key
   */
  public JsonService(ServiceSettings settings, String path) {
    this.settings = settings;
    List<URI> targets = settings.below(path);
    if (targets.isEmpty()) {
      throw new UserError("No server to ask: its url is empty (expected one or more addresses)");
    }
    this.endpoints =
        new Endpoints(targets, ApiKey.fromEnvironment(settings.keyVariable()), settings);
    this.retries =
        new RetryPolicy(
            ServiceSettings.seconds(settings.backoff()),
            ServiceSettings.seconds(settings.backoffMax()),
            Clock.systemUTC(),
            () -> ThreadLocalRandom.current().nextDouble());
  }

  /** Posts and waits, at most as long as the settings' total time-out. */
  public Posted post(String body) throws InterruptedException {
    return post(body, Deadline.in(ServiceSettings.seconds(settings.totalTimeout())));
  }

  /** The same, at most until the deadline too. */
  Posted post(String body, Deadline deadline) throws InterruptedException {
    Deadline total = Deadline.in(ServiceSettings.seconds(settings.totalTimeout()));
    return new Posting(body, total.orSooner(deadline)).outcome();
  }

  /** One request with its attempts. */
  private final class Posting {
    private final String body;
    private final Deadline deadline;
    private final long started = System.nanoTime();
    private final List<String> failed = new ArrayList<>();
    private @Nullable String lastReply;
    private Endpoints.@Nullable Endpoint lastEndpoint;

    Posting(String body, Deadline deadline) {
      this.body = body;
      this.deadline = deadline;
    }

    Posted outcome() throws InterruptedException {
      if (deadline.left().isZero()) {
        return new NotReceived(FailureKind.TIMEOUT, "the batch's time was over before", effort());
      }
      while (true) {
        HttpPost.Result result = send();
        if (result instanceof HttpPost.Reply reply) {
          lastReply = reply.body();
          if (reply.status() / 100 == 2) {
            return new Received(reply.body(), effort());
          }
        }
        NotReceived failure = failure(result);
        Duration pause = pause(result);
        boolean inTime = pause.compareTo(deadline.left()) < 0;
        if (!isTemporary(result) || failed.size() + 1 >= settings.attempts() || !inTime) {
          return failure;
        }
        failed.add(whole(result, failure));
        Thread.sleep(Math.max(1, pause.toMillis()));
      }
    }

    private HttpPost.Result send() throws InterruptedException {
      Optional<Endpoints.Endpoint> endpoint = endpoints.begin(lastEndpoint);
      if (endpoint.isEmpty()) {
        return new HttpPost.Broken(
            FailureKind.CIRCUIT_OPEN,
            "not sent: %d of %d servers failed again and again"
                .formatted(endpoints.size(), endpoints.size()));
      }
      lastEndpoint = endpoint.get();
      Duration limit = ServiceSettings.seconds(settings.requestTimeout());
      Duration left = deadline.left();
      HttpPost.Result result = null;
      try {
        result = endpoint.get().post().send(body, left.compareTo(limit) < 0 ? left : limit);
        return result;
      } finally {
        endpoints.ended(endpoint.get(), result);
      }
    }

    private NotReceived failure(HttpPost.Result result) {
      if (result instanceof HttpPost.Broken broken) {
        return new NotReceived(broken.kind(), broken.message(), effort());
      }
      HttpPost.Reply reply = (HttpPost.Reply) result;
      String message = "status %d: %s".formatted(reply.status(), ReplyReader.excerpt(reply.body()));
      return new NotReceived(FailureKind.HTTP, message, effort());
    }

    /** What an attempt met, with all of the reply: only the last one's is kept elsewhere. */
    private String whole(HttpPost.Result result, NotReceived failure) {
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

    private ChatOutcome.Effort effort() {
      return new ChatOutcome.Effort(failed, (System.nanoTime() - started) / 1e6, lastReply);
    }
  }
}
