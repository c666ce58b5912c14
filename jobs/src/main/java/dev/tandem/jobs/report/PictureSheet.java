package dev.tandem.jobs.report;

import dev.tandem.jobs.config.TandemConfig.Suite;
import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.jobs.evaluation.Comparison;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * One picture with samples before (left) and after (right), same prompts and seeds. A green frame
 * means that the strict check passed. The prompts are the first of every tag, not chosen ones.
 */
final class PictureSheet {
  private static final int PROMPTS_OF_TAG = 2;
  private static final int CELL = Canvas.TILE + 4;
  private static final int GAP = 40;
  private static final int MARGIN = 16;

  private final List<List<Comparison.Both>> rows;
  private final int columns;
  private boolean captioned = true;

  PictureSheet(Comparison comparison) {
    this.rows = firstOfEveryTag(comparison.of(Suite.GENEVAL));
    this.columns = rows.stream().mapToInt(List::size).max().orElse(0);
  }

  /** Whether the text could be drawn: a machine without any font has none. */
  boolean captioned() {
    return captioned;
  }

  void write(Path file) {
    Canvas canvas = draw();
    canvas.save(file);
    captioned = canvas.captioned();
  }

  private static List<List<Comparison.Both>> firstOfEveryTag(List<Comparison.Both> items) {
    Map<String, Map<String, List<Comparison.Both>>> byTag = new LinkedHashMap<>();
    for (Comparison.Both item : items) {
      byTag
          .computeIfAbsent(item.before().tag(), tag -> new LinkedHashMap<>())
          .computeIfAbsent(item.before().promptId(), prompt -> new ArrayList<>())
          .add(item);
    }
    return byTag.values().stream()
        .flatMap(prompts -> prompts.values().stream().limit(PROMPTS_OF_TAG))
        .toList();
  }

  private Canvas draw() {
    int width = 2 * MARGIN + 2 * columns * CELL + GAP;
    int height = 2 * MARGIN + Canvas.CAPTION + rows.size() * (CELL + Canvas.CAPTION);
    Canvas canvas = new Canvas(width, height);
    canvas.heading("before", MARGIN, MARGIN);
    canvas.heading("after", MARGIN + columns * CELL + GAP, MARGIN);
    int top = MARGIN + Canvas.CAPTION;
    for (List<Comparison.Both> row : rows) {
      canvas.caption(row.get(0).before().prompt(), MARGIN, top);
      for (int i = 0; i < row.size(); i++) {
        int left = MARGIN + i * CELL;
        tile(canvas, row.get(i).before(), left, top + Canvas.CAPTION);
        tile(canvas, row.get(i).after(), left + columns * CELL + GAP, top + Canvas.CAPTION);
      }
      top += CELL + Canvas.CAPTION;
    }
    return canvas;
  }

  private static void tile(Canvas canvas, Answer answer, int left, int top) {
    canvas.frame(answer.strict(), left, top);
    byte[] png = answer.image();
    if (png == null) {
      return;
    }
    try {
      canvas.image(ImageIO.read(new ByteArrayInputStream(png)), left, top);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the image of " + answer.key(), e);
    }
  }
}
