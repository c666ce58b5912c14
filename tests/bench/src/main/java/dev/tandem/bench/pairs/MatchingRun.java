package dev.tandem.bench.pairs;

import dev.tandem.pairs.MatchingSpeed;
import java.util.Locale;

/** What matching costs an image at a tenth of a size and at the size: PairUG's unless given. */
public final class MatchingRun {
  private static final int REPETITIONS = 15;

  private MatchingRun() {}

  /** Argument: the number of images. */
  public static void main(String[] arguments) {
    int images = arguments.length == 0 ? 107_000 : Integer.parseInt(arguments[0]);
    for (int size : new int[] {images / 10, images}) {
      MatchingSpeed speed = MatchingSpeed.measure(size, REPETITIONS);
      System.out.printf(
          Locale.ROOT,
          "matching of %d images, %d edges: %.4f s, %.2f us an image%n",
          speed.images(),
          speed.edges(),
          speed.seconds(),
          1e6 * speed.seconds() / speed.images());
    }
  }
}
