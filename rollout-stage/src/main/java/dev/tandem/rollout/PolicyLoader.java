package dev.tandem.rollout;

import dev.tandem.policy.Policy;
import java.io.Serializable;
import java.nio.file.Path;

/** How an executor opens a policy folder. Sent to executors. */
@FunctionalInterface
public interface PolicyLoader extends Serializable {

  /** Loads the policy of a folder; the caller closes it. */
  Policy load(Path folder);

  /** Where it is put by a task: a process holds one policy for each place. */
  default String place() {
    return "";
  }
}
