package dev.tandem.frozen.chat;

import dev.tandem.schemas.UserError;
import java.net.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/** The key of an endpoint, read where it is used and shown nowhere. */
final class ApiKey {
  private static final String SHOWN = "[API key]";

  private final @Nullable String key;

  private ApiKey(@Nullable String key) {
    this.key = key;
  }

  /**
   * Reads the key from this process's environment.
   *
   * @param variable its name; null for no key
   * @throws UserError if the variable is missing or does not hold a key
   */
  static ApiKey fromEnvironment(@Nullable String variable) {
    if (variable == null) {
      return new ApiKey(null);
    }
    String key = System.getenv(variable);
    if (key == null || key.isBlank()) {
      throw new UserError(
          "No API key: the environment variable %s (key_variable) is not set in this process; set it for the driver and every executor, or set key_variable to null for an endpoint without a key"
              .formatted(variable));
    }
    String stripped = key.strip();
    // The HTTP client would repeat a header that it refuses in its message.
    if (!stripped.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new UserError(
          "No API key: the environment variable %s (key_variable) holds blanks or characters that are not ASCII"
              .formatted(variable));
    }
    return new ApiKey(stripped);
  }

  void authorize(HttpRequest.Builder request) {
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
  }

  /** The text without the key: servers repeat it in messages. */
  String removeFrom(String text) {
    return key == null ? text : text.replace(key, SHOWN);
  }

  @Override
  public String toString() {
    return SHOWN;
  }
}
