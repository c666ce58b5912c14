package dev.tandem.policy;

/**
 * A sampled text.
 *
 * @param tokens sampled token ids, the end token included unless the length limit forced it
 * @param logProbs log-probability of each token under the temperature-scaled distribution before
 *     any truncation
 * @param text decoded text without special tokens
 * @param finish why it ended
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of tensors; never compared
public record TextSample(int[] tokens, float[] logProbs, String text, FinishReason finish) {}
