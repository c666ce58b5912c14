package dev.tandem.reward.catalog;

import dev.tandem.frozen.chat.ServiceSettings;
import java.io.Serializable;

/**
 * A GenEval reward server.
 *
 * @param version what its models are called: another name and its scores are asked for again
 * @param images of a request at most
 * @param service where it is
 */
public record GenEvalServerSettings(String version, int images, ServiceSettings service)
    implements Serializable {
  public GenEvalServerSettings {
    if (images < 1) {
      throw new IllegalArgumentException(
          "Invalid images: %d (must be at least 1)".formatted(images));
    }
  }
}
