/** A benchmark of pair building, from features to pairs, beside FAISS and MLlib. */
@NullMarked
package dev.tandem.bench.pairs;

import org.jspecify.annotations.NullMarked;
