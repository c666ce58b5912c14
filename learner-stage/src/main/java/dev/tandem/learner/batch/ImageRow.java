package dev.tandem.learner.batch;

import org.apache.spark.sql.catalyst.expressions.UnsafeRow;

/**
 * The encoded image of a sample.
 *
 * @param image as the table has it
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bytes; never compared
record ImageRow(String sampleId, byte[] image) {

  /** The columns that {@link #of} expects, in this order. */
  static final String[] COLUMNS = {"sample_id", "image"};

  /** Reads the bytes of an {@link UnsafeRow}. */
  static ImageRow of(byte[] bytes) {
    UnsafeRow row = new UnsafeRow(COLUMNS.length);
    row.pointTo(bytes, bytes.length);
    return new ImageRow(row.getUTF8String(0).toString(), row.getBinary(1));
  }
}
