/**
 * Curation of understanding-generation pairs (PairUni, arXiv 2510.25682, section 3): {@link
 * dev.tandem.pairs.PairBuild} completes samples, embeds their images, takes the medoids of k-means
 * clusters as aligned pairs, matches the rest by retrieval and writes the table {@code pairs};
 * {@link dev.tandem.pairs.PairExport} writes them in PairUni's JSONL format.
 *
 * <p>Symbols: U and G the understanding and generation samples; K clusters; delta the {@code
 * threshold}; n the {@code perGeneration} limit; s a {@code similarity}; w a {@code weight}. Array
 * axes: N rows, D dimensions of a vector, K clusters, row-major.
 */
@NullMarked
package dev.tandem.pairs;

import org.jspecify.annotations.NullMarked;
