package dev.tandem.jobs.examination;

/**
 * The mean of two shares that a yes-or-no judge has right: blind to how many of the items are of
 * which kind, 0.5 for a judge who always says the same.
 *
 * @param sensitivity right verdicts among the items where yes is right
 * @param specificity right verdicts among the others
 */
record BalancedAccuracy(Share sensitivity, Share specificity) {

  double value() {
    return (sensitivity.value() + specificity.value()) / 2;
  }

  /**
   * The interval of both shares' Wilson intervals, squared and added (Newcombe 1998, method 10: the
   * difference of two proportions is the sum of one and the other's complement).
   */
  Interval interval() {
    if (sensitivity.count() == 0 || specificity.count() == 0) {
      return new Interval(0, 1);
    }
    Interval yes = sensitivity.interval();
    Interval no = specificity.interval();
    double below = Math.hypot(sensitivity.value() - yes.low(), specificity.value() - no.low()) / 2;
    double above =
        Math.hypot(yes.high() - sensitivity.value(), no.high() - specificity.value()) / 2;
    return new Interval(value() - below, value() + above);
  }
}
