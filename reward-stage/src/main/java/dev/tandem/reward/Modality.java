package dev.tandem.reward;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.size;

import dev.tandem.reward.RewardPlan.StageRewards;
import dev.tandem.reward.RewardPlan.Term;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;

/** The two halves of a policy that a reward can train. */
enum Modality {
  TEXT,
  IMAGE;

  /** The column of the reward. */
  String reward() {
    return name().toLowerCase(Locale.ROOT) + "_reward";
  }

  /** The column of the advantage. */
  String advantage() {
    return name().toLowerCase(Locale.ROOT) + "_advantage";
  }

  /** The column of the trajectory's length: text tokens; stochastic image steps or image tokens. */
  String length() {
    return name().toLowerCase(Locale.ROOT) + "_length";
  }

  /** The length, from the columns of table rollouts; 0 where the trajectory has none. */
  Column lengthOfRollout() {
    Column length =
        switch (this) {
          case TEXT -> size(col("token_ids"));
          case IMAGE -> coalesce(size(col("flow_steps")), size(col("image_token_ids")), lit(0));
        };
    return length.cast("double");
  }

  /** The weighted sum that is this modality's reward. */
  List<Term> terms(StageRewards stage) {
    return switch (this) {
      case TEXT -> stage.text();
      case IMAGE -> stage.image();
    };
  }
}
