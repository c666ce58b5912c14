package dev.tandem.pairs.imports;

import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.jsonl.SampleLine;
import org.jspecify.annotations.Nullable;

/**
 * A usable line.
 *
 * @param side the task it is for
 * @param line the line as it was parsed
 * @param prompt its prompt or what stands in for it; null: none
 * @param question its question; null: none
 * @param tag its tag or what stands in for it; null: none
 * @param image its image; null: none named
 */
record ImportedSample(
    Side side,
    SampleLine line,
    @Nullable String prompt,
    @Nullable String question,
    @Nullable String tag,
    @Nullable ImageFile image) {
  static final String PROVENANCE = "imported";

  /**
   * The same for the same content of the same file, whatever the line number and the spacing: a
   * second import recognises the samples of the first, also after lines were added, moved or
   * removed. Equal lines of different files, such as a training and a test split, stay apart.
   *
   * @param file name of the JSONL file, relative to the data folder
   */
  String sampleId(String file) {
    String imageDigest = image == null ? "" : Identifiers.sha256(image.bytes());
    return Identifiers.sampleId(PROVENANCE, file, line.toJson(), imageDigest);
  }
}
