package dev.tandem.frozen.chat;

/** Settings and questions for tests. */
public final class Chats {
  /** Set in the tests' environment by the build. */
  public static final String KEY_VARIABLE = "TANDEM_TEST_API_KEY";

  /** Asks for {@code {"caption": text}}. */
  public static final PromptTemplate TEMPLATE =
      PromptTemplate.load(Chats.class, "prompts", "describe");

  private Chats() {}

  /** Short waits; time-outs that only a server which never answers reaches. */
  public static ChatSettings settings(String url) {
    return settings(url, 4, 3, 0.4, 20);
  }

  public static ChatSettings settings(
      String url, int inFlight, int attempts, double requestTimeout, double totalTimeout) {
    return new ChatSettings(
        url,
        "test-model",
        KEY_VARIABLE,
        0,
        64,
        inFlight,
        attempts,
        0.002,
        0.02,
        5,
        requestTimeout,
        totalTimeout);
  }

  static ChatQuestion question(String subject) {
    return new ChatQuestion(TEMPLATE, TEMPLATE.render(java.util.Map.of("subject", subject)), null);
  }
}
