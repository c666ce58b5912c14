package dev.tandem.jobs.pretrain;

import java.nio.file.Path;

/**
 * Settings of a pretraining run.
 *
 * @param folder where checkpoints, metrics and the finished policy go
 * @param seed of weights, data and noise
 * @param autoencoderSteps updates of the autoencoder
 * @param steps updates of the policy
 * @param planningSteps updates after these that are mostly about plans
 * @param batch examples of a batch; batches of reflections are half as large
 * @param threads worker threads
 * @param checkpointSteps updates between checkpoints
 */
public record PretrainConfig(
    Path folder,
    long seed,
    int autoencoderSteps,
    int steps,
    int planningSteps,
    int batch,
    int threads,
    int checkpointSteps) {

  /** The settings of the bundled policy. */
  public static PretrainConfig bundled(Path folder) {
    return new PretrainConfig(folder, 20261121, 1500, 4500, 1200, 16, 2, 200);
  }
}
