package dev.tandem.pairs;

import dev.tandem.frozen.ImageEncoder;
import dev.tandem.frozen.ImageEncoders;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * What one task of {@link ImageEmbedder} does: appends a vector to each row, batch by batch.
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
    TaskContext context = TaskContext.get();
    if (context != null) {
      context.addTaskCompletionListener((TaskContext ended) -> encoder.close());
    }
    return new Batches(rows, encoder);
  }

  private final class Batches implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final ImageEncoder encoder;
    private Iterator<Row> done = List.<Row>of().iterator();

    Batches(Iterator<Row> rows, ImageEncoder encoder) {
      this.rows = rows;
      this.encoder = encoder;
    }

    @Override
    public boolean hasNext() {
      return done.hasNext() || rows.hasNext();
    }

    @Override
    public Row next() {
      if (!done.hasNext()) {
        if (!rows.hasNext()) {
          throw new NoSuchElementException();
        }
        done = nextBatch().iterator();
      }
      return done.next();
    }

    private List<Row> nextBatch() {
      List<Row> batch = new ArrayList<>();
      List<RgbImage> images = new ArrayList<>();
      List<Boolean> decoded = new ArrayList<>();
      while (batch.size() < batchSize && rows.hasNext()) {
        Row row = rows.next();
        RgbImage image = decode(row);
        batch.add(row);
        decoded.add(image != null);
        if (image != null) {
          images.add(image);
        }
      }
      float[][] vectors = encoder.encode(images);
      List<Row> embedded = new ArrayList<>();
      int next = 0;
      for (int i = 0; i < batch.size(); i++) {
        embedded.add(withVector(batch.get(i), decoded.get(i) ? vectors[next++] : null));
      }
      return embedded;
    }

    private @Nullable RgbImage decode(Row row) {
      if (row.isNullAt(input)) {
        return null;
      }
      try {
        return RgbImage.decode((byte[]) row.get(input));
      } catch (IOException | RuntimeException e) {
        return null; // ImageIO's readers throw both at corrupt files; the caller counts the nulls
      }
    }
  }

  private static Row withVector(Row row, float @Nullable [] vector) {
    @Nullable Object[] values = new @Nullable Object[row.size() + 1];
    for (int i = 0; i < row.size(); i++) {
      values[i] = row.get(i);
    }
    values[row.size()] =
        vector != null && Vectors.isFinite(vector) ? Vectors.toBytes(vector) : null;
    return RowFactory.create(values);
  }
}
