/**
 * The JSONL formats in which samples and pairs come and go: one JSON object per line. A line that
 * is read and written again holds the same keys and values, numbers digit by digit; known keys come
 * first, in a fixed order, then all others in theirs.
 */
@NullMarked
package dev.tandem.schemas.jsonl;

import org.jspecify.annotations.NullMarked;
