package dev.tandem.frozen.chat.replies;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.warehouse.Warehouse;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Appends replies to the table {@code model_replies} as they come in, the first at once and later
 * ones in groups, so that writing takes no more than a fifth of the time and many replies share a
 * file. What still waits is written on closing.
 */
final class ReplyWriter implements AutoCloseable {
  static final StructType ROW = StructType.fromDDL(Table.MODEL_REPLIES.ddl());

  /** So many times as long as a write took lies between it and the next. */
  private static final long PAUSE = 4;

  private final Warehouse warehouse;
  private final List<Row> waiting = new ArrayList<>();
  private long due = System.nanoTime();

  ReplyWriter(Warehouse warehouse) {
    this.warehouse = warehouse;
  }

  void add(List<Row> replies) {
    waiting.addAll(replies);
    if (System.nanoTime() - due >= 0) {
      write();
    }
  }

  private void write() {
    long start = System.nanoTime();
    warehouse.append(
        Table.MODEL_REPLIES, warehouse.spark().createDataFrame(waiting, ROW).coalesce(1));
    waiting.clear();
    long end = System.nanoTime();
    due = end + PAUSE * (end - start);
  }

  @Override
  public void close() {
    if (!waiting.isEmpty()) {
      write();
    }
  }
}
