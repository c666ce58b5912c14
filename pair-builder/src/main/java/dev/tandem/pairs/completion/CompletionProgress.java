package dev.tandem.pairs.completion;

/** Told how far a model's completion is. */
public interface CompletionProgress {
  /**
   * Called each time that replies have come in.
   *
   * @param phase what goes on, for people
   * @param asked the phase's questions asked so far, with or without an answer
   * @param all the phase's questions
   */
  void asked(String phase, long asked, long all);
}
