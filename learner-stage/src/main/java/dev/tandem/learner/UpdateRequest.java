package dev.tandem.learner;

import dev.tandem.learner.batch.BatchSettings;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.policy.TextSampling;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * One update to be made.
 *
 * @param runId the run
 * @param iteration the iteration whose batch is used
 * @param seed seed of the run
 * @param policyFolder the policy that sampled the batch, with its optimizer state if it has one
 * @param referenceFolder the policy that the run started from
 * @param outputFolder the checkpoint to be written
 * @param textSampling how texts were sampled, by stage: temperature and longest text
 * @param guidance that images were drawn with
 * @param systemPrompts before every context
 */
public record UpdateRequest(
    String runId,
    int iteration,
    long seed,
    Path policyFolder,
    Path referenceFolder,
    Path outputFolder,
    Map<String, TextSampling> textSampling,
    Guidance guidance,
    SystemPrompts systemPrompts)
    implements Serializable {
  public UpdateRequest {
    textSampling = Map.copyOf(textSampling);
  }

  /** How the batch was sampled. */
  public BatchSettings sampling() {
    return new BatchSettings(textSampling, guidance, systemPrompts);
  }

  private Object writeReplace() {
    return new Sent(
        runId,
        iteration,
        seed,
        policyFolder.toString(),
        referenceFolder.toString(),
        outputFolder.toString(),
        new HashMap<>(textSampling),
        guidance,
        systemPrompts);
  }

  /** What goes to executors: paths cannot be serialized. */
  private record Sent(
      String runId,
      int iteration,
      long seed,
      String policyFolder,
      String referenceFolder,
      String outputFolder,
      HashMap<String, TextSampling> textSampling,
      Guidance guidance,
      SystemPrompts systemPrompts)
      implements Serializable {
    private Object readResolve() {
      return new UpdateRequest(
          runId,
          iteration,
          seed,
          Path.of(policyFolder),
          Path.of(referenceFolder),
          Path.of(outputFolder),
          textSampling,
          guidance,
          systemPrompts);
    }
  }
}
