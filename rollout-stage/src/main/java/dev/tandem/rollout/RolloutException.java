package dev.tandem.rollout;

/** A group could not be sampled. The message names the group and its sample. */
public final class RolloutException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RolloutException(RolloutRequest request, Group group, Exception cause) {
    super(
        "Cannot sample group %s (run %s, iteration %d, stage %s, pair %s, sample %s): %s"
            .formatted(
                group.groupId(),
                request.runId(),
                request.iteration(),
                group.stage(),
                group.pairId(),
                group.sampleId(),
                cause.getMessage()),
        cause);
  }
}
