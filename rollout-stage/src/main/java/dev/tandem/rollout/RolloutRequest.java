package dev.tandem.rollout;

import dev.tandem.policy.SystemPrompts;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What to sample from, and how.
 *
 * @param runId the run
 * @param iteration its iteration
 * @param seed the run's seed
 * @param policyFolder folder of the policy, readable from every executor
 * @param policyVersion version that the folder must hold
 * @param sampling by the stage's name
 * @param systemPrompts before every context
 */
public record RolloutRequest(
    String runId,
    int iteration,
    long seed,
    String policyFolder,
    String policyVersion,
    SortedMap<String, StageSampling> sampling,
    SystemPrompts systemPrompts)
    implements Serializable {

  public RolloutRequest {
    sampling = Collections.unmodifiableSortedMap(new TreeMap<>(sampling));
  }

  /** A request without system prompts, whose sampling is given as any map. */
  public static RolloutRequest of(
      String runId,
      int iteration,
      long seed,
      String policyFolder,
      String policyVersion,
      Map<String, StageSampling> sampling) {
    return new RolloutRequest(
        runId,
        iteration,
        seed,
        policyFolder,
        policyVersion,
        new TreeMap<>(sampling),
        SystemPrompts.NONE);
  }

  /** The same request with these system prompts. */
  public RolloutRequest with(SystemPrompts told) {
    return new RolloutRequest(runId, iteration, seed, policyFolder, policyVersion, sampling, told);
  }
}
