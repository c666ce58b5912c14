package dev.tandem.frozen.chat;

import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Servers that share the requests of one client. Used by many threads at the same time. */
final class Endpoints {
  private final List<Endpoint> endpoints;

  /** One server with what is under way to it. */
  static final class Endpoint {
    private final HttpPost post;
    private final CircuitBreaker breaker;
    private int underWay;
    private long sent;

    private Endpoint(HttpPost post, CircuitBreaker breaker) {
      this.post = post;
      this.breaker = breaker;
    }

    HttpPost post() {
      return post;
    }
  }

  /**
   * @param targets one or more
   */
  Endpoints(List<URI> targets, ApiKey key, ServiceSettings settings) {
    this.endpoints =
        targets.stream()
            .map(
                target ->
                    new Endpoint(
                        new HttpPost(
                            target, key, ServiceSettings.seconds(settings.connectTimeout())),
                        new CircuitBreaker(settings.breaker(), System::nanoTime)))
            .toList();
  }

  int size() {
    return endpoints.size();
  }

  /**
   * The server with the fewest requests under way, among equals the one that got the fewest so far;
   * it counts as busy until {@link #ended}.
   *
   * @param avoided left out where there is another, since it just failed; may be null
   * @return empty if all are left alone for now
   */
  synchronized Optional<Endpoint> begin(@Nullable Endpoint avoided) {
    Optional<Endpoint> chosen =
        leastBusy(endpoint -> endpoint != avoided)
            .or(() -> leastBusy(endpoint -> endpoint == avoided));
    chosen.ifPresent(
        endpoint -> {
          endpoint.breaker.pass();
          endpoint.underWay++;
          endpoint.sent++;
        });
    return chosen;
  }

  private Optional<Endpoint> leastBusy(Predicate<Endpoint> among) {
    return endpoints.stream()
        .filter(among)
        .filter(endpoint -> endpoint.breaker.isPassable())
        .min(
            Comparator.<Endpoint>comparingInt(endpoint -> endpoint.underWay)
                .thenComparingLong(endpoint -> endpoint.sent));
  }

  /**
   * Notes what came of a request.
   *
   * @param result null if it was given up from this side
   */
  synchronized void ended(Endpoint endpoint, HttpPost.@Nullable Result result) {
    endpoint.underWay--;
    if (result == null) {
      endpoint.breaker.gaveUp();
    } else if (isDown(result)) {
      endpoint.breaker.failed();
    } else {
      endpoint.breaker.succeeded();
    }
  }

  /** A server that is only busy (429) or refuses a request is at work. */
  private static boolean isDown(HttpPost.Result result) {
    return result instanceof HttpPost.Broken broken
        ? broken.kind() != FailureKind.REPLY
        : ((HttpPost.Reply) result).status() >= 500;
  }
}
