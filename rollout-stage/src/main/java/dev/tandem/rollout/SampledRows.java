package dev.tandem.rollout;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.spark.sql.Row;

/** Samples one group after the other, each when the rows of the one before are taken. */
final class SampledRows implements Iterator<Row> {
  private final Iterator<Row> groups;
  private final Function<Row, List<Row>> sample;
  private final RolloutListener.InTask listener;
  private Iterator<Row> rows = Collections.emptyIterator();
  private boolean finished;

  SampledRows(
      Iterator<Row> groups, Function<Row, List<Row>> sample, RolloutListener.InTask listener) {
    this.groups = groups;
    this.sample = sample;
    this.listener = listener;
  }

  @Override
  public boolean hasNext() {
    while (!rows.hasNext() && groups.hasNext()) {
      Row group = groups.next();
      List<Row> sampled = sample.apply(group);
      listener.sampled(sampled, group);
      rows = sampled.iterator();
    }
    if (!rows.hasNext() && !finished) {
      finished = true;
      listener.finish();
    }
    return rows.hasNext();
  }

  @Override
  public Row next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return rows.next();
  }
}
