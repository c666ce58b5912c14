package dev.tandem.policy.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ids that a tokenizer.json gives to its tokens, which the engine does not tell. */
final class TokenIds {
  private final Map<String, Integer> ids;

  private TokenIds(Map<String, Integer> ids) {
    this.ids = Map.copyOf(ids);
  }

  static TokenIds read(Path file) {
    try {
      JsonNode root = new ObjectMapper().readTree(file.toFile());
      Map<String, Integer> ids = new HashMap<>();
      root.path("model")
          .path("vocab")
          .properties()
          .forEach(token -> ids.put(token.getKey(), token.getValue().intValue()));
      for (JsonNode token : root.path("added_tokens")) {
        ids.put(token.path("content").asText(), token.path("id").intValue());
      }
      if (ids.isEmpty()) {
        throw new UserError(
            "Cannot read tokenizer " + file + ": it has no tokens (model.vocab, added_tokens)");
      }
      return new TokenIds(ids);
    } catch (IOException e) {
      throw new UserError("Cannot read tokenizer " + file + ": " + e.getMessage(), e);
    }
  }

  @Nullable Integer find(String token) {
    return ids.get(token);
  }

  int count() {
    return ids.size();
  }

  int highest() {
    return Collections.max(ids.values());
  }
}
