package dev.tandem.frozen.chat;

import java.util.List;
import java.util.Map;

/** Settings and questions for tests. */
public final class Chats {
  /** Set in the tests' environment by the build. */
  public static final String KEY_VARIABLE = "TANDEM_TEST_API_KEY";

  /** Lets everything through. */
  public static final ServiceSettings.Breaker NO_BREAKER =
      new ServiceSettings.Breaker(Integer.MAX_VALUE, 1);

  /** Asks for {@code {"caption": text}}. */
  public static final PromptTemplate TEMPLATE =
      PromptTemplate.load(Chats.class, "prompts", "describe");

  private Chats() {}

  /** Three attempts, short waits, and time-outs that nothing on a busy machine reaches. */
  public static ChatSettings settings(String url) {
    return settings(url, 4, 3, 600, 3600);
  }

  public static ChatSettings settings(
      String url, int inFlight, int attempts, double requestTimeout, double totalTimeout) {
    return settings(List.of(url), inFlight, attempts, requestTimeout, totalTimeout, NO_BREAKER);
  }

  public static ChatSettings settings(
      List<String> urls,
      int inFlight,
      int attempts,
      double requestTimeout,
      double totalTimeout,
      ServiceSettings.Breaker breaker) {
    return new ChatSettings(
        urls,
        "test-model",
        KEY_VARIABLE,
        0,
        64,
        inFlight,
        attempts,
        0.002,
        0.02,
        600,
        requestTimeout,
        totalTimeout,
        3600,
        breaker);
  }

  static ChatQuestion question(String subject) {
    return new ChatQuestion(TEMPLATE, TEMPLATE.render(Map.of("subject", subject)), null);
  }
}
