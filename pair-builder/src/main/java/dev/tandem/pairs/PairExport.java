package dev.tandem.pairs;

import dev.tandem.schemas.Identifiers;
import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.jsonl.LineFormatException;
import dev.tandem.schemas.jsonl.PairLine;
import dev.tandem.schemas.jsonl.SampleLine;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Writes the table {@code pairs} in PairUni's JSONL format: {@code pairs.jsonl}, one pair a line,
 * and {@code images/<sample id>.<extension>}, the image files as they were imported, to which the
 * lines refer relative to the folder.
 *
 * <p>Images are written first and {@code pairs.jsonl} is replaced in one step, so whenever the
 * process ends, the file is whole and all its images exist. Images of an earlier export that are no
 * longer referred to are deleted afterwards; the file {@code .tandem-export} tells an earlier
 * export from a folder of the user's, which is refused.
 */
public final class PairExport {
  private static final String LINES = "pairs.jsonl";
  private static final String IMAGES = "images";
  private static final String MARKER = ".tandem-export";

  private final Path folder;
  private final Map<String, String> imagePaths = new HashMap<>();

  private PairExport(Path folder) {
    this.folder = folder;
  }

  /**
   * What was written.
   *
   * @param lines the JSONL file
   * @param pairs lines in it
   * @param images image files beside it; none is used by two pairs unless {@code per_generation}
   *     allows it
   */
  public record Summary(Path lines, long pairs, long images) {}

  /** Exports all pairs to a folder of this machine, in the order of their ids. */
  public static Summary write(Warehouse warehouse, Path folder) {
    requireOwn(folder);
    try {
      return new PairExport(folder).write(warehouse);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the pairs to " + folder, e);
    }
  }

  private static void requireOwn(Path folder) {
    if (!Files.exists(folder) || Files.exists(folder.resolve(MARKER))) {
      return;
    }
    try (Stream<Path> entries = Files.list(folder)) {
      Optional<Path> foreign = entries.findFirst();
      if (foreign.isPresent()) {
        throw new UserError(
            "Cannot export pairs to %s: it holds %s (expected a new or empty folder, or an earlier export)"
                .formatted(folder, foreign.get().getFileName()));
      }
    } catch (NotDirectoryException e) {
      throw new UserError(
          "Cannot export pairs to %s: it is a file (expected a folder)".formatted(folder), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
  }

  private Summary write(Warehouse warehouse) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(MARKER), "pairs exported by Tandem\n");
    Files.createDirectories(folder.resolve(IMAGES));
    Path part = folder.resolve(LINES + ".part");
    long pairs = 0;
    try (BufferedWriter writer = Files.newBufferedWriter(part)) {
      Iterator<Row> rows = rows(warehouse).toLocalIterator();
      while (rows.hasNext()) {
        writer.write(line(rows.next()).toJson());
        writer.write('\n');
        pairs++;
      }
    }
    Path lines = folder.resolve(LINES);
    Files.move(part, lines, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    deleteUnused();
    return new Summary(lines, pairs, imagePaths.size());
  }

  private static Dataset<Row> rows(Warehouse warehouse) {
    Dataset<Row> samples =
        warehouse
            .read(Table.SAMPLES)
            .selectExpr(
                "sample_id",
                "struct(sample_id, image, image_format, prompt, question, answer, tag, metadata,"
                    + " extra) AS sample");
    Dataset<Row> generation = samples.toDF("generation_sample_id", "generation");
    Dataset<Row> understanding = samples.toDF("understanding_sample_id", "understanding");
    return warehouse
        .read(Table.PAIRS)
        .join(generation, "generation_sample_id")
        .join(understanding, "understanding_sample_id")
        .orderBy("pair_id")
        .select("similarity", "generation", "understanding");
  }

  private PairLine line(Row row) throws IOException {
    return PairLine.of(row.getDouble(0), sample(row.getStruct(1)), sample(row.getStruct(2)));
  }

  private SampleLine sample(Row sample) throws IOException {
    try {
      return SampleLine.ofColumns(
          image(sample),
          sample.getString(3),
          sample.getString(4),
          sample.getString(5),
          sample.getString(6),
          sample.getString(7),
          sample.getString(8));
    } catch (LineFormatException e) {
      throw new IllegalStateException(
          "The table samples holds a row that cannot be exported: " + sample.getString(0), e);
    }
  }

  /** Writes the sample's image unless this export has done so; returns its relative path. */
  private String image(Row sample) throws IOException {
    String id = sample.getString(0);
    String known = imagePaths.get(id);
    if (known != null) {
      return known;
    }
    String path = IMAGES + "/" + fileName(id) + "." + extension(sample.getString(2));
    Path part = folder.resolve(path + ".part");
    Files.write(part, (byte[]) sample.get(1));
    Files.move(
        part,
        folder.resolve(path),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    imagePaths.put(id, path);
    return path;
  }

  /** Identifiers are digests as a rule; one that could leave the folder is replaced by its own. */
  private static String fileName(String id) {
    return id.matches("[A-Za-z0-9_-]+")
        ? id
        : Identifiers.sha256(id.getBytes(StandardCharsets.UTF_8));
  }

  private static String extension(String format) {
    String lower = format.toLowerCase(Locale.ROOT);
    return lower.equals("jpeg") ? "jpg" : lower;
  }

  private void deleteUnused() throws IOException {
    Set<Path> used = new HashSet<>();
    imagePaths.values().forEach(path -> used.add(folder.resolve(path)));
    try (Stream<Path> files = Files.list(folder.resolve(IMAGES))) {
      for (Path file : files.filter(file -> !used.contains(file)).toList()) {
        Files.delete(file);
      }
    }
  }
}
