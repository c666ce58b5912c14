package dev.tandem.policy.bagel;

import dev.tandem.policy.tokenizer.AddedToken;
import dev.tandem.policy.tokenizer.Tokenizer;

/** Ids of the tokens that frame texts and images. */
public record SpecialTokens(int textStart, int textEnd, int visionStart, int visionEnd) {
  public static SpecialTokens of(Tokenizer tokenizer) {
    return new SpecialTokens(
        tokenizer.id(AddedToken.BEGIN),
        tokenizer.id(AddedToken.END),
        tokenizer.id(AddedToken.VISION_START),
        tokenizer.id(AddedToken.VISION_END));
  }
}
