package dev.tandem.learner.batch;

import java.io.Serializable;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * What a rollout's row in {@code batches} says.
 *
 * @param text advantage times pair weight; null: the text loss does not consume the rollout
 * @param image advantage times pair weight; null: the image loss does not consume the rollout
 */
public record Credit(@Nullable Double text, @Nullable Double image) implements Serializable {
  /** Of a rollout that no loss consumes. */
  static final Credit NONE = new Credit(null, null);

  /** From columns {@code kept}, {@code text_advantage}, {@code image_advantage}. */
  static Credit of(Row row) {
    return row.<Boolean>getAs("kept")
        ? new Credit(row.getAs("text_advantage"), row.getAs("image_advantage"))
        : NONE;
  }
}
