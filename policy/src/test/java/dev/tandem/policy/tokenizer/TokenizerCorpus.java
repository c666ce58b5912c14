package dev.tandem.policy.tokenizer;

import java.util.List;

/** A few lines of prompts, plans and questions to train test tokenizers on. */
final class TokenizerCorpus {
  static final List<String> LINES =
      List.of(
          "a photo of a red circle",
          "a photo of three stars",
          "a photo of a cross left of a ring",
          "<think>red circle top left, blue square bottom right</think>",
          "<think>blue square top right, green star bottom left</think>",
          "How many shapes are in the image?\nA. 1\nB. 3\nC. 2\nD. 4",
          "What color is the circle?\nA. red\nB. blue\nC. green\nD. black",
          "A",
          "B",
          "C",
          "D");

  private TokenizerCorpus() {}
}
