package dev.tandem.reward.judge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.frozen.chat.PromptTemplate;
import dev.tandem.reward.Need;
import dev.tandem.reward.ScoringInput;
import java.util.Set;

/** What a judge is asked about an image, and what its answer is worth. */
interface Inquiry {

  /** The reward's name. */
  String name();

  Set<Need> needs();

  /** What identifies the wording: another version may get another answer. */
  String version();

  /** The wording, with the schema of the answer. */
  PromptTemplate template(ScoringInput input);

  /** The question in that wording. */
  String text(ScoringInput input);

  /**
   * The value of an answer that keeps to the schema, in [0, 1].
   *
   * @throws IllegalArgumentException if it has none nevertheless; the message says why
   */
  double value(ScoringInput input, JsonNode answer);
}
