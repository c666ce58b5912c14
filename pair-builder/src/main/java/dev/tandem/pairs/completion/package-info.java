/**
 * Semantic completion by a vision-language model (PairUni, section 3.1): understanding samples get
 * a caption, generation samples a question, each written by one call and checked by another.
 */
@NullMarked
package dev.tandem.pairs.completion;

import org.jspecify.annotations.NullMarked;
