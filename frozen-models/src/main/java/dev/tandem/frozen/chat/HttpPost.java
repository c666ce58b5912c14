package dev.tandem.frozen.chat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Sends one request and reads its whole reply, or says what went wrong. */
final class HttpPost {
  private final URI target;
  private final ApiKey key;
  private final HttpClient client;

  HttpPost(URI target, ApiKey key, Duration connectTimeout) {
    this.target = target;
    this.key = key;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // an offer of HTTP/2 confuses small servers
            .followRedirects(HttpClient.Redirect.NEVER) // the key stays with its endpoint
            .connectTimeout(connectTimeout)
            .build();
  }

  /** What one request led to. */
  sealed interface Result {}

  /** A whole reply, without the API key. */
  record Reply(int status, Optional<String> retryAfter, String body) implements Result {}

  /** No whole reply. */
  record Broken(FailureKind kind, String message) implements Result {}

  /**
   * @param timeout until the last byte of the reply; the client's own limit ends with its headers
   */
  Result send(String body, Duration timeout) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target)
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    key.authorize(request);
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request.build(), response -> new BoundedBody());
    try {
      return reply(exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return new Broken(FailureKind.TIMEOUT, "no whole reply within " + words(timeout));
    } catch (ExecutionException e) {
      return broken(e.getCause());
    } finally {
      exchange.cancel(true); // closes the connection; nothing to do for a finished exchange
    }
  }

  private Reply reply(HttpResponse<byte[]> response) {
    return new Reply(
        response.statusCode(),
        response.headers().firstValue("Retry-After"),
        key.removeFrom(new String(response.body(), StandardCharsets.UTF_8)));
  }

  private Broken broken(@Nullable Throwable cause) {
    if (cause instanceof HttpTimeoutException) {
      return new Broken(FailureKind.TIMEOUT, "no connection in time");
    }
    if (cause instanceof BoundedBody.TooLongException) {
      return new Broken(FailureKind.REPLY, String.valueOf(cause.getMessage()));
    }
    if (cause instanceof IOException) {
      String what = cause instanceof ConnectException ? "cannot connect" : "connection broken";
      return new Broken(FailureKind.CONNECTION, key.removeFrom(what + ": " + cause));
    }
    throw new IllegalStateException("Cannot send a request to " + target, cause);
  }

  private static String words(Duration timeout) {
    return String.format(Locale.ROOT, "%.3g s", timeout.toNanos() / 1e9);
  }
}
