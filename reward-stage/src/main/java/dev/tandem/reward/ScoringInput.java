package dev.tandem.reward;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Row;

/**
 * A rollout and the sample it was made from, as rewards see them.
 *
 * @param stage the rollout's stage
 * @param text what the policy wrote
 * @param image what the policy drew, encoded
 * @param sample the sample whose prompt or question was used
 */
public record ScoringInput(
    String stage, Optional<String> text, Optional<byte[]> image, Sample sample) {

  /**
   * The sample's part.
   *
   * @param question the question, options included
   * @param options the options' texts; empty when the data does not list them apart
   * @param answer the right answer: a letter, or an option's text
   * @param tag the task's name
   * @param metadata the JSON object with GenEval's include and exclude lists
   * @param image the sample's own image, encoded
   */
  public record Sample(
      Optional<String> question,
      List<String> options,
      Optional<String> answer,
      Optional<String> tag,
      String metadata,
      Optional<byte[]> image) {
    public Sample {
      options = List.copyOf(options);
    }

    /**
     * @param row of table {@code samples}
     * @param imageColumn the name of its column with the image
     */
    static Sample of(Row row, String imageColumn) {
      int options = row.fieldIndex("options");
      return new Sample(
          Optional.ofNullable(row.getAs("question")),
          row.isNullAt(options) ? List.of() : row.getList(options),
          Optional.ofNullable(row.getAs("answer")),
          Optional.ofNullable(row.getAs("tag")),
          Optional.<String>ofNullable(row.getAs("metadata")).orElse("{}"),
          Optional.ofNullable(row.getAs(imageColumn)));
    }
  }

  /** The first of the needs that this input does not meet. */
  Optional<Need> findMissing(Set<Need> needs) {
    return needs.stream().sorted().filter(need -> !has(need)).findFirst();
  }

  private boolean has(Need need) {
    return switch (need) {
      case TEXT -> text.isPresent();
      case IMAGE -> image.isPresent();
      case ANSWER -> sample.answer().isPresent();
      case METADATA -> Metadata.hasInclude(sample.metadata());
      case REFERENCE_IMAGE -> sample.image().isPresent();
    };
  }
}
