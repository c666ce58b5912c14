package dev.tandem.jobs.train;

import dev.tandem.policy.Policies;
import dev.tandem.policy.files.FolderManifest;
import dev.tandem.schemas.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a run goes on: after the last committed iteration whose checkpoint is whole. A damaged one
 * is told of and passed over; the commits after it are taken back, so that the iterations are made
 * again and count once.
 */
final class ResumePoint {
  private static final int START = 0;

  private final RunHistory history;
  private final RunFolder folder;
  private final Console console;

  ResumePoint(RunHistory history, RunFolder folder, Console console) {
    this.history = history;
    this.folder = folder;
    this.console = console;
  }

  /**
   * Finds the point and takes back what comes after it.
   *
   * @throws UserError if the starting policy is damaged as well
   */
  RunHistory.Committed find() {
    List<String> damaged = new ArrayList<>();
    List<RunHistory.Committed> committed = history.newestFirst();
    for (RunHistory.Committed done : committed) {
      Optional<String> fault = fault(done);
      if (fault.isEmpty()) {
        return resume(done, damaged);
      }
      // Older checkpoints were deleted on purpose: their absence is no news.
      if (damaged.isEmpty() || !fault.get().equals(FolderManifest.MISSING)) {
        damaged.add(
            "the checkpoint of iteration %d cannot be used: %s (%s)"
                .formatted(
                    done.iteration(), fault.get(), folder.sharedCheckpoint(done.iteration())));
      }
    }
    Optional<String> fault = folder.fault(START);
    if (fault.isPresent()) {
      throw new UserError(
          "Cannot go on from %s: %s. Remove the run's folder %s to start again, or restore the file"
              .formatted(folder.sharedCheckpoint(START), fault.get(), folder.place()));
    }
    String version = Policies.version(folder.checkpoint(START));
    return resume(new RunHistory.Committed(START, version), damaged);
  }

  private Optional<String> fault(RunHistory.Committed done) {
    Optional<String> fault = folder.fault(done.iteration());
    if (fault.isPresent()) {
      return fault;
    }
    String version = Policies.version(folder.checkpoint(done.iteration()));
    return version.equals(done.policyAfter())
        ? Optional.empty()
        : Optional.of(
            "its weights have version %s, the table iterations says %s"
                .formatted(version, done.policyAfter()));
  }

  private RunHistory.Committed resume(RunHistory.Committed done, List<String> damaged) {
    if (!damaged.isEmpty()) {
      damaged.forEach(line -> console.print("Warning: " + line));
      console.print(
          "Warning: going on after iteration %d; the iterations after it are made again"
              .formatted(done.iteration()));
      history.revertTo(done.iteration());
    }
    return done;
  }
}
