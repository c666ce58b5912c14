package dev.tandem.frozen.chat;

import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible endpoint and the patience with it. Holds the name of the variable with the
 * API key, never the key.
 *
 * @param url base address, for example {@code http://localhost:8000/v1}; {@code /chat/completions}
 *     is added
 * @param model the model's name at the endpoint; null where nothing is asked
 * @param keyVariable environment variable that holds the API key wherever tasks run; null for an
 *     endpoint without one
 * @param temperature of sampling; part of what identifies a question
 * @param maxTokens longest answer
 * @param inFlight requests that one task has under way at the same time
 * @param attempts requests sent for one question at most, the first included
 * @param backoff seconds before the second attempt; doubles with each further one, and each wait
 *     lies between its half and its whole, at random
 * @param backoffMax longest such wait in seconds; a server's {@code Retry-After} may be longer
 * @param connectTimeout seconds until a connection must stand
 * @param requestTimeout seconds until one attempt's whole reply must be there
 * @param totalTimeout seconds for a question with all its attempts and waits
 */
public record ChatSettings(
    String url,
    @Nullable String model,
    @Nullable String keyVariable,
    double temperature,
    int maxTokens,
    int inFlight,
    int attempts,
    double backoff,
    double backoffMax,
    double connectTimeout,
    double requestTimeout,
    double totalTimeout)
    implements Serializable {

  private static final double LONGEST = Duration.ofDays(1).toSeconds();

  public ChatSettings {
    checkUrl(url);
    require(model == null || !model.isBlank(), "model", "blank", "the name of a model");
    require(
        keyVariable == null || keyVariable.matches("[A-Za-z_][A-Za-z0-9_]*"),
        "key_variable",
        "something else", // never shown: it may be the key itself
        "the name of an environment variable, not the key");
    require(temperature >= 0 && temperature <= 2, "temperature", temperature, "from 0 to 2");
    require(maxTokens >= 1, "max_tokens", maxTokens, "1 or more");
    require(inFlight >= 1, "in_flight", inFlight, "1 or more");
    require(attempts >= 1, "attempts", attempts, "1 or more");
    requireSeconds("backoff", backoff);
    requireSeconds("backoff_max", backoffMax);
    requireSeconds("connect_timeout", connectTimeout);
    requireSeconds("request_timeout", requestTimeout);
    requireSeconds("total_timeout", totalTimeout);
  }

  /** What the requests go to. */
  URI completions() {
    return URI.create(url.replaceAll("/+$", "") + "/chat/completions");
  }

  /**
   * The model's name.
   *
   * @throws IllegalStateException if there is none
   */
  public String requireModel() {
    if (model == null) {
      throw new IllegalStateException("No model is configured for " + url);
    }
    return model;
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

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(
          "Invalid %s: %s (must be %s)".formatted(key, found, expected));
    }
  }
}
