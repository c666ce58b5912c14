package dev.tandem.pairs.imports;

/**
 * An image file that was decoded once, so that later readers can rely on it.
 *
 * @param bytes the file as it is
 * @param format png, jpeg, gif, webp, ...
 * @param width pixels per row, upright
 * @param height rows
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record ImageFile(byte[] bytes, String format, int width, int height) {}
