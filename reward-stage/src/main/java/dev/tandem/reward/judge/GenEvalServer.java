package dev.tandem.reward.judge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.frozen.chat.FailureKind;
import dev.tandem.frozen.chat.JsonBatch;
import dev.tandem.frozen.chat.JsonService.NotReceived;
import dev.tandem.frozen.chat.JsonService.Posted;
import dev.tandem.frozen.chat.JsonService.Received;
import dev.tandem.frozen.chat.ServiceSettings;
import dev.tandem.reward.RewardOutcome.Effort;
import dev.tandem.reward.RewardOutcome.Failure;
import dev.tandem.reward.ScoringInput;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * A GenEval reward server, which keeps the fields of the one that Flow-GRPO and R3 train with, as
 * JSON over HTTP. Each image is sent once, however many rewards look at the reply; several threads
 * may ask.
 *
 * <pre>{@code
 * POST <url>
 * {"images": ["<base64 of a PNG>", ...], "meta_datas": [{"tag": ..., "include": [...]}, ...],
 *  "only_strict": false}
 *
 * {"scores": [0.5, ...], "rewards": [0, ...], "strict_rewards": [0, ...], "reasons": ["...", ...]}
 * }</pre>
 */
public final class GenEvalServer implements AutoCloseable {
  private static final int EXCERPT = 200;

  /** Python writes NaN as a bare word; it spoils one score here and not its neighbours. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final JsonBatch requests;
  private final int imagesPerRequest;
  private final Map<ScoringInput, Answer> known = new WeakHashMap<>();

  /**
   * What the server said about an image.
   *
   * @param json the reply's entries for this image; null where there are none
   * @param failure why; null where there are some
   */
  record Answer(Optional<ObjectNode> json, Optional<Failure> failure, Effort effort) {}

  /**
   * @param imagesPerRequest at most
   */
  public GenEvalServer(ServiceSettings service, int imagesPerRequest) {
    this.requests = new JsonBatch(service, "");
    this.imagesPerRequest = imagesPerRequest;
  }

  /** One answer for each input, in their order. */
  synchronized List<Answer> ask(List<ScoringInput> inputs) throws InterruptedException {
    List<ScoringInput> unknown =
        inputs.stream().filter(input -> !known.containsKey(input)).distinct().toList();
    List<List<ScoringInput>> parts = new ArrayList<>();
    for (int from = 0; from < unknown.size(); from += imagesPerRequest) {
      parts.add(unknown.subList(from, Math.min(unknown.size(), from + imagesPerRequest)));
    }
    List<Posted> posted = requests.post(parts.stream().map(GenEvalServer::request).toList());
    for (int i = 0; i < parts.size(); i++) {
      List<Answer> answers = answers(posted.get(i), parts.get(i).size());
      for (int j = 0; j < answers.size(); j++) {
        known.put(parts.get(i).get(j), answers.get(j));
      }
    }
    return inputs.stream().map(input -> Objects.requireNonNull(known.get(input))).toList();
  }

  private static String request(List<ScoringInput> inputs) {
    ObjectNode request = JSON.createObjectNode();
    for (ScoringInput input : inputs) {
      request
          .withArray("images")
          .add(Base64.getEncoder().encodeToString(input.image().orElseThrow()));
      request.withArray("meta_datas").add(metadata(input));
    }
    return request.put("only_strict", false).toString();
  }

  private static JsonNode metadata(ScoringInput input) {
    try {
      ObjectNode metadata = JSON.createObjectNode();
      input.sample().tag().ifPresent(tag -> metadata.put("tag", tag));
      if (JSON.readTree(input.sample().metadata()) instanceof ObjectNode clauses) {
        metadata.setAll(clauses);
      }
      input.prompt().ifPresent(prompt -> metadata.put("prompt", prompt));
      return metadata;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Metadata with an include list is JSON", e);
    }
  }

  private static List<Answer> answers(Posted posted, int images) {
    if (posted instanceof NotReceived failed) {
      Effort effort = new Effort(failed.effort().attempts(), failed.effort().latencyMillis());
      return all(images, failed.kind(), failed.message(), effort);
    }
    Received received = (Received) posted;
    Effort effort = new Effort(received.effort().attempts(), received.effort().latencyMillis());
    JsonNode reply;
    try {
      reply = JSON.readTree(received.body());
    } catch (JsonProcessingException e) {
      return all(
          images, FailureKind.REPLY, "the body is no JSON: " + excerpt(received.body()), effort);
    }
    for (String field : GenEvalServerReward.Field.names()) {
      if (reply.path(field).size() != images) {
        return all(
            images,
            FailureKind.REPLY,
            "%d %s for %d images in: %s"
                .formatted(reply.path(field).size(), field, images, excerpt(received.body())),
            effort);
      }
    }
    return split(reply, images, effort);
  }

  private static List<Answer> split(JsonNode reply, int images, Effort effort) {
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      ObjectNode entries = JSON.createObjectNode();
      for (String field : GenEvalServerReward.Field.names()) {
        entries.set(field, reply.path(field).get(i));
      }
      if (reply.path("reasons").has(i)) {
        entries.set("reasons", reply.path("reasons").get(i));
      }
      answers.add(new Answer(Optional.of(entries), Optional.empty(), effort));
    }
    return answers;
  }

  private static List<Answer> all(int images, FailureKind kind, String message, Effort effort) {
    Failure failure = new Failure(kind.label(), message, Optional.of(effort));
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      answers.add(new Answer(Optional.empty(), Optional.of(failure), effort));
    }
    return answers;
  }

  private static String excerpt(String body) {
    String line = body.strip().replaceAll("\\s+", " ");
    return line.length() <= EXCERPT ? line : line.substring(0, EXCERPT) + "...";
  }

  @Override
  public void close() {
    requests.close();
  }
}
