/**
 * Reads a folder of JSONL files and images into table {@code samples}. What cannot be used goes to
 * table {@code quarantine} with the reason and the raw text; nothing is dropped in silence.
 */
@NullMarked
package dev.tandem.pairs.imports;

import org.jspecify.annotations.NullMarked;
