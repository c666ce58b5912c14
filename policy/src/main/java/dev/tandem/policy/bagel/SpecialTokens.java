package dev.tandem.policy.bagel;

import dev.tandem.policy.tokenizer.Tokenizer;

/** Ids of the tokens that frame texts and images. */
public record SpecialTokens(int textStart, int textEnd, int visionStart, int visionEnd) {
  public static SpecialTokens of(Tokenizer tokenizer) {
    return new SpecialTokens(
        tokenizer.id("<|im_start|>"),
        tokenizer.id("<|im_end|>"),
        tokenizer.id("<|vision_start|>"),
        tokenizer.id("<|vision_end|>"));
  }
}
