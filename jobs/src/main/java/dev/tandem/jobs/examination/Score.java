package dev.tandem.jobs.examination;

/**
 * One measured figure.
 *
 * @param skill what was examined, for example {@code planning}
 * @param measure what was counted
 * @param group of which items: a tag, a kind of question, or {@link #ALL}
 * @param count how many items there were
 * @param share in [0, 1]; NaN where there were none
 * @param interval of the share, 95 %
 */
public record Score(
    String skill, String measure, String group, int count, double share, Interval interval) {
  /** The group of all items of a measure. */
  public static final String ALL = "all";

  static Score of(String skill, String measure, String group, Share share) {
    return new Score(skill, measure, group, share.count(), share.value(), share.interval());
  }
}
