package dev.tandem.pairs;

import dev.tandem.frozen.ImageEncoder;
import dev.tandem.frozen.ImageEncoders;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one task of {@link ImageEmbedder} does: appends a vector, or why there is none, to each row,
 * batch by batch. While the encoder works on one batch, the images of the next are decoded by a
 * thread of their own; never more than two batches are in memory.
 *
 * @param input index of the column of images
 * @param batchSize rows given to the encoder at once
 */
record EmbeddingTask(String engine, String modelUrl, int input, int batchSize)
    implements Serializable {

  Iterator<Row> embed(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return rows;
    }
    ImageEncoder encoder = ImageEncoders.open(engine, modelUrl);
    ImagePreparation preparation = new ImagePreparation(encoder);
    TaskContext context = TaskContext.get();
    if (context != null) {
      context.addTaskCompletionListener(
          (TaskContext ended) -> {
            preparation.close();
            encoder.close();
          });
    }
    return new Batches(rows, encoder, preparation);
  }

  private final class Batches implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final ImageEncoder encoder;
    private final ImagePreparation preparation;
    private final Deque<Ahead> ahead = new ArrayDeque<>();
    private Iterator<Row> done = List.<Row>of().iterator();

    Batches(Iterator<Row> rows, ImageEncoder encoder, ImagePreparation preparation) {
      this.rows = rows;
      this.encoder = encoder;
      this.preparation = preparation;
    }

    @Override
    public boolean hasNext() {
      return done.hasNext() || !ahead.isEmpty() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!done.hasNext()) {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        done = nextBatch().iterator();
      }
      return done.next();
    }

    private List<Row> nextBatch() {
      readAhead(batchSize);
      List<Row> batch = new ArrayList<>();
      List<ImagePreparation.Prepared> images = new ArrayList<>();
      while (batch.size() < batchSize && !ahead.isEmpty()) {
        Ahead next = ahead.remove();
        batch.add(next.row());
        images.add(next.image().await());
      }
      readAhead(batchSize);
      float[][] vectors =
          encoder.encodePrepared(
              images.stream().flatMap(image -> image.values().stream()).toList());
      List<Row> embedded = new ArrayList<>();
      int next = 0;
      for (int i = 0; i < batch.size(); i++) {
        ImagePreparation.Prepared image = images.get(i);
        float[] vector = image.values().isPresent() ? vectors[next++] : null;
        embedded.add(extended(batch.get(i), vector, image.failure()));
      }
      return embedded;
    }

    /** Rows are read by the task's own thread, as Spark's iterators must be. */
    private void readAhead(int count) {
      while (ahead.size() < count && rows.hasNext()) {
        Row row = rows.next();
        byte[] image = row.isNullAt(input) ? null : (byte[]) row.get(input);
        ahead.add(new Ahead(row, preparation.start(image)));
      }
    }
  }

  private record Ahead(Row row, ImagePreparation.Pending image) {}

  private static Row extended(Row row, float @Nullable [] vector, @Nullable String failure) {
    @Nullable Object[] values = new @Nullable Object[row.size() + 2];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    if (vector != null && Vectors.isFinite(vector)) {
      values[row.size()] = Vectors.toBytes(vector);
    } else {
      values[row.size() + 1] =
          vector == null ? failure : "not_finite: the encoder gives NaN or infinity";
    }
    return RowFactory.create(values);
  }
}
