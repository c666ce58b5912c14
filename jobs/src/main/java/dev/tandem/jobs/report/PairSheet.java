package dev.tandem.jobs.report;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * One picture with pairs of the newest build, generation side left, understanding side right. The
 * pairs are not chosen by hand: they lie evenly on the way from the most similar pair to the least.
 */
public final class PairSheet {
  private static final int PAIRS = 24;
  private static final int COLUMNS = 4;
  private static final int MARGIN = 16;
  private static final int GAP = 24;
  private static final int PICTURE = Canvas.TILE - 6;
  private static final int NOTE = 82;
  private static final int CELL_WIDTH = 2 * Canvas.TILE + 4 + GAP;
  private static final int CELL_HEIGHT = Canvas.CAPTION + Canvas.TILE + NOTE;
  private static final int MAX_NOTE = 60;
  private static final String FIRST_OPTION = "A. ";

  private PairSheet() {}

  /**
   * Draws the pairs of the table {@code pairs} and writes them as a PNG file.
   *
   * @return how many it shows
   */
  public static int write(Warehouse warehouse, Path file) {
    List<Row> pairs = sample(warehouse);
    int columns = Math.max(1, Math.min(COLUMNS, pairs.size()));
    int rows = (pairs.size() + columns - 1) / columns;
    Canvas canvas =
        new Canvas(2 * MARGIN + columns * CELL_WIDTH - GAP, 2 * MARGIN + rows * CELL_HEIGHT);
    for (int i = 0; i < pairs.size(); i++) {
      draw(canvas, pairs.get(i), left(i), top(i));
    }
    canvas.save(file);
    return pairs.size();
  }

  /** The left edge of a pair by its place on the sheet, from 0. */
  static int left(int pair) {
    return MARGIN + pair % COLUMNS * CELL_WIDTH;
  }

  /** The upper edge of a pair by its place on the sheet, from 0. */
  static int top(int pair) {
    return MARGIN + pair / COLUMNS * CELL_HEIGHT;
  }

  private static List<Row> sample(Warehouse warehouse) {
    Dataset<Row> pairs = warehouse.read(Table.PAIRS);
    List<String> ids =
        pairs
            .orderBy(col("similarity").desc(), col("pair_id"))
            .select("pair_id")
            .collectAsList()
            .stream()
            .map(row -> row.getString(0))
            .toList();
    int shown = Math.min(PAIRS, ids.size());
    Object[] chosen =
        IntStream.range(0, shown)
            .mapToObj(i -> ids.get((int) ((long) i * (ids.size() - 1) / Math.max(1, shown - 1))))
            .toArray();
    Dataset<Row> samples =
        warehouse
            .read(Table.SAMPLES)
            .select(
                col("sample_id"),
                col("image"),
                coalesce(col("prompt"), col("question")).as("text"),
                coalesce(col("question"), col("prompt")).as("asked"),
                coalesce(col("answer"), lit("")).as("answer"));
    // The few pairs go to the samples: else all images would be shuffled.
    Dataset<Row> illustrated =
        broadcast(pairs.where(col("pair_id").isin(chosen)))
            .join(
                samples.toDF("generation_sample_id", "left", "prompt", "unused", "unused2"),
                "generation_sample_id");
    return broadcast(illustrated)
        .join(
            samples.toDF("understanding_sample_id", "right", "unused3", "question", "answer"),
            "understanding_sample_id")
        .orderBy(col("similarity").desc(), col("pair_id"))
        .limit(shown) // all of them: a sort without a limit would read everything twice
        .select("pair_type", "similarity", "left", "right", "prompt", "question", "answer")
        .collectAsList();
  }

  private static void draw(Canvas canvas, Row pair, int left, int top) {
    String type = pair.getString(0);
    canvas.heading("%s %s".formatted(type, number(pair.getDouble(1))), left, top);
    int tile = top + Canvas.CAPTION;
    int second = left + Canvas.TILE + 4;
    image(canvas, pair, 2, left, tile);
    image(canvas, pair, 3, second, tile);
    canvas.note(cut(pair.getString(4)), left, tile + Canvas.TILE, PICTURE);
    canvas.note(asked(pair.getString(5), pair.getString(6)), second, tile + Canvas.TILE, PICTURE);
  }

  private static String number(double similarity) {
    return String.format(Locale.ROOT, "%.3f", similarity);
  }

  private static void image(Canvas canvas, Row pair, int column, int left, int top) {
    try {
      RgbImage image = RgbImage.decode((byte[]) pair.get(column));
      canvas.image(fitted(image).toBufferedImage(), left, top);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot draw an image of a pair", e);
    }
  }

  /** The image in a square of white, reduced where it is larger. */
  private static RgbImage fitted(RgbImage image) {
    int side = Math.max(image.width(), image.height());
    double scale = side > PICTURE ? (double) PICTURE / side : 1;
    RgbImage reduced =
        image.resize(
            Math.max(1, (int) Math.round(image.width() * scale)),
            Math.max(1, (int) Math.round(image.height() * scale)));
    int square = Math.max(reduced.width(), reduced.height());
    byte[] rgb = new byte[3 * square * square];
    Arrays.fill(rgb, (byte) 255);
    int left = (square - reduced.width()) / 2;
    int top = (square - reduced.height()) / 2;
    for (int y = 0; y < reduced.height(); y++) {
      System.arraycopy(
          reduced.rgb(),
          3 * y * reduced.width(),
          rgb,
          3 * ((top + y) * square + left),
          3 * reduced.width());
    }
    return new RgbImage(square, square, rgb);
  }

  /** A question without its options, and the right one or the answer on a line of its own. */
  private static String asked(String question, String answer) {
    List<String> lines = question.lines().toList();
    String right =
        lines.stream().filter(line -> line.startsWith(answer + ". ")).findFirst().orElse(answer);
    String alone =
        lines.stream()
            .takeWhile(line -> !line.startsWith(FIRST_OPTION))
            .collect(Collectors.joining(" "));
    return cut(alone) + "\n" + cut(right);
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\s+", " ");
    return line.length() <= MAX_NOTE ? line : line.substring(0, MAX_NOTE - 3) + "...";
  }
}
