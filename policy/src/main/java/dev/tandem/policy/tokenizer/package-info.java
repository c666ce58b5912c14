/**
 * Text to token ids and back: byte-level BPE in the Hugging Face tokenizer.json form, and a trainer
 * that makes such files.
 */
@NullMarked
package dev.tandem.policy.tokenizer;

import org.jspecify.annotations.NullMarked;
