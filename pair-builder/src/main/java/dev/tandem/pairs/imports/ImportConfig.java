package dev.tandem.pairs.imports;

import java.io.Serializable;

/**
 * What to import and what to refuse.
 *
 * @param dataFolder local folder with the JSONL files, seen under the same path by every executor
 * @param maxPixels most pixels (width times height) that an image may have
 * @param maxBadShare largest share of unusable lines, in [0, 1], with which the import goes on
 * @param completeSide side of a line that has both a question and a prompt, as each half of a
 *     PairUni pair does: the other text is kept with the sample as its completion
 */
public record ImportConfig(String dataFolder, long maxPixels, double maxBadShare, Side completeSide)
    implements Serializable {

  /** Most bytes of one line: longer ones would be an attack on memory rather than data. */
  public static final int MAX_LINE_BYTES = 16 << 20;

  /** Most bytes of one image file, for the same reason. */
  public static final int MAX_IMAGE_BYTES = 128 << 20;

  public ImportConfig {
    if (maxPixels < 1) {
      throw new IllegalArgumentException(
          "Invalid limit of pixels: " + maxPixels + " (must be positive)");
    }
    if (!(maxBadShare >= 0 && maxBadShare <= 1)) {
      throw new IllegalArgumentException(
          "Invalid share of bad rows: " + maxBadShare + " (must be in [0, 1])");
    }
  }

  /** An import in which a line with both texts is an understanding sample. */
  public static ImportConfig of(String dataFolder, long maxPixels, double maxBadShare) {
    return new ImportConfig(dataFolder, maxPixels, maxBadShare, Side.UNDERSTANDING);
  }
}
