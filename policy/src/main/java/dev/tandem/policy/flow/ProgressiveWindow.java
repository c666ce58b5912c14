package dev.tandem.policy.flow;

/**
 * A window that moves from the noisy steps towards the image as training goes on (MixGRPO, arXiv
 * 2507.21802).
 *
 * @param steps number of steps of the schedule
 * @param size number of stochastic steps
 * @param iterations how many iterations a window stays
 * @param begin first step of the first window
 * @param overlap steps that a window shares with the one before
 * @param rollBack whether the first window follows the last; else the last one stays
 */
public record ProgressiveWindow(
    int steps, int size, int iterations, int begin, int overlap, boolean rollBack) {
  public ProgressiveWindow {
    if (size < 1 || begin < 0 || size > steps - begin) {
      throw new IllegalArgumentException(
          "Invalid window: %d steps from step %d on, of %d".formatted(size, begin, steps));
    }
    if (iterations < 1 || overlap < 0 || overlap >= size) {
      throw new IllegalArgumentException(
          "Invalid window: %d iterations, overlap %d (at least one iteration, an overlap from 0 to"
                  .formatted(iterations, overlap)
              + " below the size "
              + size
              + ")");
    }
  }

  /** The window of an iteration, counted from 0. Only whole windows are visited. */
  public SdeWindow at(int iteration) {
    if (iteration < 0) {
      throw new IllegalArgumentException("Invalid iteration: " + iteration);
    }
    int stride = size - overlap;
    int windows = (steps - begin - size) / stride + 1;
    int moves = iteration / iterations;
    int place = rollBack ? moves % windows : Math.min(moves, windows - 1);
    int first = begin + place * stride;
    return new SdeWindow.Contiguous(first, first + size, size);
  }
}
