package dev.tandem.jobs.examination;

import java.util.Collection;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * How much of a number of items holds.
 *
 * @param sum how many hold; an item may hold in part
 * @param count all items
 */
record Share(double sum, int count) {

  /** How many of the items pass. */
  static <T> Share of(Collection<T> items, Predicate<T> holds) {
    return mean(items, item -> holds.test(item) ? 1 : 0);
  }

  /** The mean over the items of a value in [0, 1], added up in their order. */
  static <T> Share mean(Collection<T> items, ToDoubleFunction<T> value) {
    double sum = 0;
    for (T item : items) {
      sum += value.applyAsDouble(item);
    }
    return new Share(sum, items.size());
  }

  /** The share; NaN of no items. */
  double value() {
    return count == 0 ? Double.NaN : sum / count;
  }

  Interval interval() {
    return Interval.wilson(value(), count);
  }
}
