package dev.tandem.pairs.imports;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.StreamSupport;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.TaskCompletionListener;
import org.jspecify.annotations.Nullable;

/** Task code: the name of a JSONL file becomes its lines, which are never all in memory. */
final class LineRows implements FlatMapFunction<String, Row> {
  static final StructType SCHEMA =
      StructType.fromDDL(
          "file STRING NOT NULL, row BIGINT NOT NULL, text STRING NOT NULL,"
              + " reason STRING, found STRING");

  private final String folder;

  LineRows(String folder) {
    this.folder = folder;
  }

  @Override
  public Iterator<Row> call(String file) throws IOException {
    LineReader reader =
        new LineReader(
            new BufferedInputStream(Files.newInputStream(Path.of(folder, file))),
            ImportConfig.MAX_LINE_BYTES);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> close(reader));
    Lines lines = new Lines(reader);
    return StreamSupport.stream(lines, false)
        .filter(line -> !line.isBlank())
        .map(line -> row(file, line))
        .iterator();
  }

  private static Row row(String file, RawLine line) {
    @Nullable Rejection rejection = line.rejection();
    return RowFactory.create(
        file,
        line.number(),
        line.text(),
        rejection == null ? null : rejection.reason().name(),
        rejection == null ? null : rejection.getMessage());
  }

  private static void close(LineReader reader) {
    try {
      reader.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Lines extends Spliterators.AbstractSpliterator<RawLine> {
    private final LineReader reader;

    Lines(LineReader reader) {
      super(Long.MAX_VALUE, Spliterator.ORDERED);
      this.reader = reader;
    }

    @Override
    public boolean tryAdvance(Consumer<? super RawLine> action) {
      try {
        Optional<RawLine> line = reader.next();
        line.ifPresent(action);
        return line.isPresent();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
