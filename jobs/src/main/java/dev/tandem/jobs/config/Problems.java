package dev.tandem.jobs.config;

import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a configuration, so that the user sees all of it at once. */
final class Problems {
  private final List<String> messages = new ArrayList<>();

  void add(String message) {
    messages.add(message);
  }

  /** Throws one error that lists every problem, if there is any. */
  void throwIfAny() {
    if (messages.size() == 1) {
      throw new UserError("Invalid configuration: " + messages.get(0));
    }
    if (!messages.isEmpty()) {
      throw new UserError(
          "Invalid configuration, %d problems:\n  - %s"
              .formatted(messages.size(), String.join("\n  - ", messages)));
    }
  }
}
