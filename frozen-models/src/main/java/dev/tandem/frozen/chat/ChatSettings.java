package dev.tandem.frozen.chat;

import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model behind one or several OpenAI-compatible endpoints. Holds the name of the variable with
 * the API key, never the key.
 *
 * @param url base addresses; {@code /chat/completions} is added. This and what is not named here is
 *     explained in {@link ServiceSettings}
 * @param model the model's name at the endpoints; null where nothing is asked
 * @param temperature of sampling; part of what identifies a question
 * @param maxTokens longest answer
 */
public record ChatSettings(
    List<String> url,
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
    double totalTimeout,
    double batchTimeout,
    ServiceSettings.Breaker breaker)
    implements Serializable {

  public ChatSettings {
    url = List.copyOf(url);
    ServiceSettings.require(
        model == null || !model.isBlank(), "model", "blank", "the name of a model");
    ServiceSettings.require(
        temperature >= 0 && temperature <= 2, "temperature", temperature, "from 0 to 2");
    ServiceSettings.require(maxTokens >= 1, "max_tokens", maxTokens, "1 or more");
    var unused =
        new ServiceSettings(
            url,
            keyVariable,
            inFlight,
            attempts,
            backoff,
            backoffMax,
            connectTimeout,
            requestTimeout,
            totalTimeout,
            batchTimeout,
            breaker);
  }

  /** The endpoints and the patience with them. */
  public ServiceSettings service() {
    return new ServiceSettings(
        url,
        keyVariable,
        inFlight,
        attempts,
        backoff,
        backoffMax,
        connectTimeout,
        requestTimeout,
        totalTimeout,
        batchTimeout,
        breaker);
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
}
