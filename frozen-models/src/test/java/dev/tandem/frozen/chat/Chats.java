package dev.tandem.frozen.chat;

/** Settings and questions for tests. */
public final class Chats {
  /** Set in the tests' environment by the build. */
  public static final String KEY_VARIABLE = "TANDEM_TEST_API_KEY";

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
        600,
        requestTimeout,
        totalTimeout);
  }

  static ChatQuestion question(String subject) {
    return new ChatQuestion(TEMPLATE, TEMPLATE.render(java.util.Map.of("subject", subject)), null);
  }
}
