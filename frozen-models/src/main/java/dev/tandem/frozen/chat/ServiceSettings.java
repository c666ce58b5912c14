package dev.tandem.frozen.chat;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Servers that answer the same requests alike, and the patience with them. Holds the name of the
 * variable with the API key, never the key.
 *
 * @param url base addresses, for example {@code http://localhost:8000/v1}; a request goes to the
 *     one with the fewest under way. Empty where nobody is asked
 * @param keyVariable environment variable that holds the API key wherever tasks run; null for
 *     servers without one
 * @param inFlight requests that one task has under way at the same time
 * @param attempts requests sent for one question at most, the first included
 * @param backoff seconds before the second attempt; doubles with each further one, and each wait
 *     lies between its half and its whole, at random
 * @param backoffMax longest such wait in seconds; a server's {@code Retry-After} may be longer
 * @param connectTimeout seconds until a connection must stand
 * @param requestTimeout seconds until one attempt's whole reply must be there
 * @param totalTimeout seconds for a question with all its attempts and waits
 * @param batchTimeout seconds for all questions that are asked together
 * @param breaker when a server is left alone for a while
 */
public record ServiceSettings(
    List<String> url,
    @Nullable String keyVariable,
    int inFlight,
    int attempts,
    double backoff,
    double backoffMax,
    double connectTimeout,
    double requestTimeout,
    double totalTimeout,
    double batchTimeout,
    Breaker breaker)
    implements Serializable {
  private static final double LONGEST = Duration.ofDays(1).toSeconds();

  /**
   * When a server is left alone.
   *
   * @param failures requests in a row that it left without a reply, or answered with 5xx
   * @param pause seconds without a request after that; then one is sent to see whether it is back
   */
  public record Breaker(int failures, double pause) implements Serializable {
    public Breaker {
      require(failures >= 1, "failures", failures, "1 or more");
      requireSeconds("pause", pause);
    }
  }

  public ServiceSettings {
    url = List.copyOf(url);
    url.forEach(ServiceSettings::checkUrl);
    require(
        keyVariable == null || keyVariable.matches("[A-Za-z_][A-Za-z0-9_]*"),
        "key_variable",
        "something else", // never shown: it may be the key itself
        "the name of an environment variable, not the key");
    require(inFlight >= 1, "in_flight", inFlight, "1 or more");
    require(attempts >= 1, "attempts", attempts, "1 or more");
    requireSeconds("backoff", backoff);
    requireSeconds("backoff_max", backoffMax);
    requireSeconds("connect_timeout", connectTimeout);
    requireSeconds("request_timeout", requestTimeout);
    requireSeconds("total_timeout", totalTimeout);
    requireSeconds("batch_timeout", batchTimeout);
  }

  /** The addresses with a path behind each. */
  List<URI> below(String path) {
    return url.stream().map(base -> URI.create(base.replaceAll("/+$", "") + path)).toList();
  }

  static Duration seconds(double seconds) {
    return Duration.ofNanos(Math.round(seconds * 1e9));
  }

  private static void checkUrl(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("Invalid url: '%s' (not an address)".formatted(url), e);
    }
    require(uri.getUserInfo() == null, "url", "one with a user or password", "one without");
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    boolean http = scheme.equals("http") || scheme.equals("https");
    require(
        http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null,
        "url",
        "'" + url + "'",
        "http(s)://host[:port][/path]");
  }

  private static void requireSeconds(String key, double found) {
    require(found > 0 && found <= LONGEST, key, found, "seconds above 0, at most a day");
  }

  static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(key, found, expected));
    }
  }
}
