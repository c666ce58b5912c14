package dev.tandem.policy.tokenizer;

/**
 * Tokens with a meaning of their own, which are never split. The special ones mark the structure of
 * a sequence, are left out of decoded text (BAGEL's four) and must be in every tokenizer; the
 * others are ordinary text that may be one token (as in Qwen3) or several (as in Qwen2).
 */
public enum AddedToken {
  BEGIN("<|im_start|>", true),
  END("<|im_end|>", true),
  VISION_START("<|vision_start|>", true),
  VISION_END("<|vision_end|>", true),
  THINK_START("<think>", false),
  THINK_END("</think>", false);

  private final String text;
  private final boolean special;

  AddedToken(String text, boolean special) {
    this.text = text;
    this.special = special;
  }

  /** The token as it appears in text. */
  public String text() {
    return text;
  }

  /** Whether decoding leaves it out. */
  public boolean isSpecial() {
    return special;
  }
}
