package dev.tandem.jobs.examination;

/** Hears how far an examination has come. */
public interface ExaminationProgress {
  /**
   * @param items {@code prompts} or {@code questions}
   * @param done how many are done
   * @param all how many there are
   */
  void done(String items, int done, int all);
}
