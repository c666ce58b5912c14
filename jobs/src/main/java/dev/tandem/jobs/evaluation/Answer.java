package dev.tandem.jobs.evaluation;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What the policy made of one item with one seed, and how it was judged: a row of {@code
 * evaluations} without the run.
 *
 * @param suite {@code geneval} or {@code multiple_choice}
 * @param promptId the item within the suite
 * @param tag task
 * @param prompt text given to the policy
 * @param response text that it wrote
 * @param image PNG that it drew, or null
 * @param score graded score in [0, 1]
 * @param strict whether everything asked for is there
 * @param audit the second detector's verdict, or null where there is none
 * @param seed number of the sample
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of an image; never compared
public record Answer(
    String suite,
    String promptId,
    String tag,
    String prompt,
    String response,
    byte @Nullable [] image,
    double score,
    boolean strict,
    @Nullable Boolean audit,
    int seed)
    implements Serializable {

  /** Prompts whose images are checked by GenEval's rules. */
  public static final String GENEVAL = "geneval";

  /** Questions about images. */
  public static final String MULTIPLE_CHOICE = "multiple_choice";

  /** Identity of the item and seed, the same before and after. */
  public String key() {
    return suite + "/" + promptId + "/" + seed;
  }
}
