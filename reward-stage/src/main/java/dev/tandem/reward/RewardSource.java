package dev.tandem.reward;

import java.io.Serializable;
import java.util.Collection;
import java.util.List;

/** Where tasks get their rewards from. Sent to executors; rewards themselves are made there. */
@FunctionalInterface
public interface RewardSource extends Serializable {

  /**
   * Makes the rewards of the given names, in their order; the caller closes them.
   *
   * @throws dev.tandem.schemas.UserError if a name is unknown
   */
  List<Reward> load(Collection<String> names);
}
