package dev.tandem.jobs.report;

import dev.tandem.jobs.evaluation.Answer;
import dev.tandem.jobs.evaluation.Comparison;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
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
  private static final int TILE = 96;
  private static final int FRAME = 3;
  private static final int CELL = TILE + 2 * FRAME + 4;
  private static final int CAPTION = 20;
  private static final int GAP = 40;
  private static final int MARGIN = 16;
  private static final Color PASSED = new Color(0x2E8B57);
  private static final Color FAILED = new Color(0xC0392B);

  private final List<List<Comparison.Both>> rows;
  private final int columns;
  private boolean captioned = true;

  PictureSheet(Comparison comparison) {
    this.rows = firstOfEveryTag(comparison.of(Answer.GENEVAL));
    this.columns = rows.stream().mapToInt(List::size).max().orElse(0);
  }

  /** Whether the text could be drawn: a machine without any font has none. */
  boolean captioned() {
    return captioned;
  }

  void write(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      ImageIO.write(draw(), "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the picture " + file, e);
    }
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

  private BufferedImage draw() {
    int width = 2 * MARGIN + 2 * columns * CELL + GAP;
    int height = 2 * MARGIN + CAPTION + rows.size() * (CELL + CAPTION);
    BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    caption(graphics, "before", MARGIN, MARGIN, Font.BOLD);
    caption(graphics, "after", MARGIN + columns * CELL + GAP, MARGIN, Font.BOLD);
    int top = MARGIN + CAPTION;
    for (List<Comparison.Both> row : rows) {
      caption(graphics, row.get(0).before().prompt(), MARGIN, top, Font.PLAIN);
      for (int i = 0; i < row.size(); i++) {
        int left = MARGIN + i * CELL;
        tile(graphics, row.get(i).before(), left, top + CAPTION);
        tile(graphics, row.get(i).after(), left + columns * CELL + GAP, top + CAPTION);
      }
      top += CELL + CAPTION;
    }
    graphics.dispose();
    return sheet;
  }

  private void caption(Graphics2D graphics, String text, int left, int top, int style) {
    if (!captioned) {
      return;
    }
    try {
      graphics.setFont(new Font(Font.SANS_SERIF, style, 13));
      graphics.setColor(Color.BLACK);
      graphics.drawString(text, left, top + CAPTION - 6);
    } catch (RuntimeException | LinkageError | InternalError e) {
      captioned = false; // Java fails in these ways on a machine without fonts.
    }
  }

  private static void tile(Graphics2D graphics, Answer answer, int left, int top) {
    graphics.setColor(answer.strict() ? PASSED : FAILED);
    graphics.fillRect(left, top, TILE + 2 * FRAME, TILE + 2 * FRAME);
    byte[] png = answer.image();
    if (png == null) {
      return;
    }
    try {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
      graphics.drawImage(image, left + FRAME, top + FRAME, TILE, TILE, null);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the image of " + answer.key(), e);
    }
  }
}
