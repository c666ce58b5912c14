package dev.tandem.pairs.imports;

import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Task code: a row of {@link LineRows} becomes a row with the columns of table {@code samples}, or,
 * where the line cannot be used, with nulls there and a reason.
 */
final class SampleRows implements MapPartitionsFunction<Row, Row> {
  /** File, line number, kind of defect, reason and raw text (the last three null for a sample). */
  private static final String LINE =
      "line_file STRING, line_row BIGINT, bad_kind STRING, bad_reason STRING, bad_raw STRING";

  static final StructType SCHEMA = schema();

  private final ImportConfig config;
  private final String folder;

  SampleRows(ImportConfig config, String folder) {
    this.config = config;
    this.folder = folder;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> lines) throws IOException {
    ImageFolder images =
        ImageFolder.open(
            Path.of(folder), new ImageDecoder(config.maxPixels()), ImportConfig.MAX_IMAGE_BYTES);
    SampleReader reader = new SampleReader(config.completeSide(), images);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return lines.hasNext();
      }

      @Override
      public Row next() {
        return convert(lines.next(), reader);
      }
    };
  }

  private static Row convert(Row line, SampleReader reader) {
    String file = line.getString(0);
    long row = line.getLong(1);
    String text = line.getString(2);
    try {
      if (!line.isNullAt(3)) {
        throw new Rejection(Reason.valueOf(line.getString(3)), line.getString(4));
      }
      return accepted(file, row, reader.read(text));
    } catch (Rejection e) {
      return rejected(file, row, text, e);
    }
  }

  private static Row accepted(String file, long row, ImportedSample sample) {
    @Nullable ImageFile image = sample.image();
    String question = sample.question();
    List<String> options = question == null ? List.of() : MultipleChoice.options(question);
    return RowFactory.create(
        file,
        row,
        null,
        null,
        null,
        sample.sampleId(file),
        sample.side().label(),
        image == null ? null : image.bytes(),
        image == null ? null : image.format(),
        image == null ? null : image.width(),
        image == null ? null : image.height(),
        image == null ? null : Identifiers.sha256(image.bytes()),
        sample.line().imagePath(),
        sample.prompt(),
        question,
        options.isEmpty() ? null : options.toArray(String[]::new),
        sample.line().answer(),
        sample.tag(),
        sample.line().metadataJson(),
        sample.line().extraJson(),
        file + ":" + row,
        ImportedSample.PROVENANCE);
  }

  private static Row rejected(String file, long row, String text, Rejection rejection) {
    @Nullable Object[] values = new @Nullable Object[SCHEMA.size()];
    values[0] = file;
    values[1] = row;
    values[2] = rejection.reason().name();
    values[3] = rejection.text();
    values[4] = text;
    return RowFactory.create(values);
  }

  /** Positions are those of {@link #accepted}; every column is nullable, for rejected lines. */
  private static StructType schema() {
    List<StructField> fields = new ArrayList<>(List.of(StructType.fromDDL(LINE).fields()));
    for (StructField field : StructType.fromDDL(Table.SAMPLES.ddl()).fields()) {
      fields.add(new StructField(field.name(), field.dataType(), true, field.metadata()));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }
}
