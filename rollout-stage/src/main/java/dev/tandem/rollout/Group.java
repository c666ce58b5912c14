package dev.tandem.rollout;

import dev.tandem.policy.Segment;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * A group of rollouts to be sampled, joined with its sample. Of prompt, question and image the
 * stage uses what it needs; what is missing only fails where it is needed.
 */
record Group(
    String stage,
    String pairId,
    String sampleId,
    String groupId,
    int size,
    Optional<String> prompt,
    Optional<String> question,
    Optional<byte[]> image,
    @Nullable String imageSha256) {
  static final String UNDERSTAND = "understand";
  static final String REASON = "reason";

  static Group of(Row row) {
    return new Group(
        row.getAs("stage"),
        row.getAs("pair_id"),
        row.getAs("sample_id"),
        row.getAs("group_id"),
        row.getAs("group_size"),
        Optional.ofNullable(row.getAs("prompt")),
        Optional.ofNullable(row.getAs("question")),
        Optional.ofNullable(row.getAs("image")),
        row.getAs("image_sha256"));
  }

  /** The text that the policy is given. */
  String text() {
    return switch (stage) {
      case UNDERSTAND -> require(question, "question");
      case REASON -> require(prompt, "prompt");
      default -> throw unknownStage();
    };
  }

  /** Digest of the image that the policy is given; null where the stage gives none. */
  @Nullable String inputImageSha256() {
    return stage.equals(UNDERSTAND) ? imageSha256 : null;
  }

  /** What the policy reads before it writes. */
  List<Segment> segments(SystemPrompts told) throws IOException {
    return switch (stage) {
      case UNDERSTAND -> told.understand(RgbImage.decode(require(image, "image")), text());
      case REASON -> told.reason(text());
      default -> throw unknownStage();
    };
  }

  /**
   * The random streams of the members. They are named after the pair, not the group, whose
   * identifier holds the run's name: equal seeds give equal rollouts in any run.
   */
  List<RandomKey> keys(long seed, int iteration) {
    RandomKey root = RandomKey.of(seed).with("rollout").with(iteration).with(stage).with(pairId);
    return IntStream.range(0, size).mapToObj(root::with).toList();
  }

  private IllegalStateException unknownStage() {
    return new IllegalStateException("Unknown stage: %s".formatted(stage));
  }

  private <T> T require(Optional<T> value, String name) {
    return value.orElseThrow(
        () ->
            new IllegalStateException(
                "Sample %s has no %s, or does not exist".formatted(sampleId, name)));
  }
}
