package dev.tandem.jobs.evaluation;

import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.shapeworld.Plan;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What the policy made of one item with one seed, and how it was judged: a row of {@code
 * evaluations} without the run.
 *
 * @param suite what was asked for
 * @param promptId the item within the suite
 * @param tag task
 * @param prompt text given to the policy
 * @param response text that it wrote, or the plan that it was given
 * @param image PNG that it drew, or null
 * @param score graded score in [0, 1]
 * @param strict whether everything asked for is there
 * @param audit the second detector's verdict, or null where there is none
 * @param seed number of the sample
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of an image; never compared
public record Answer(
    Suite suite,
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

  /** Whether the response has the form of a plan; answers to questions have none. */
  public boolean isPlan() {
    return Plan.parse(response).isPresent();
  }

  /** Identity of the item and seed, the same before and after. */
  public String key() {
    return suite.word() + "/" + promptId + "/" + seed;
  }
}
