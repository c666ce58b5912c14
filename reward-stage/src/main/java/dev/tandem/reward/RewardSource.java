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

  /**
   * Whether one of these rewards is known to be {@link Reward#isRemote}, found out without making
   * them.
   */
  default boolean asksServer(Collection<String> names) {
    return false;
  }
}
