package dev.tandem.jobs.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** A white sheet for small images in frames and for text; all measures are pixels. */
public final class Canvas {
  /** Side of a framed image. */
  public static final int TILE = 102;

  /** Height of a line of a caption. */
  public static final int CAPTION = 20;

  private static final int FRAME = 3;
  private static final int CAPTION_SIZE = 13;
  private static final int NOTE_SIZE = 11;
  private static final int LINE = 13;
  private static final Color PASSED = new Color(0x2E8B57);
  private static final Color FAILED = new Color(0xC0392B);

  private final BufferedImage sheet;
  private final Graphics2D graphics;
  private boolean captioned = true;

  public Canvas(int width, int height) {
    sheet = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
  }

  /** Whether all text could be drawn: a machine without any font has none. */
  public boolean captioned() {
    return captioned;
  }

  /** A frame, green where a check passed and red where it failed. */
  public void frame(boolean passed, int left, int top) {
    graphics.setColor(passed ? PASSED : FAILED);
    graphics.fillRect(left, top, TILE, TILE);
  }

  /** An image within the frame at the same corner. */
  public void image(BufferedImage image, int left, int top) {
    int side = TILE - 2 * FRAME;
    graphics.drawImage(image, left + FRAME, top + FRAME, side, side, null);
  }

  /** A heading of one line. */
  public void heading(String text, int left, int top) {
    write(() -> line(text, Font.BOLD, CAPTION_SIZE, left, top + CAPTION - 6));
  }

  /** A caption of one line. */
  public void caption(String text, int left, int top) {
    write(() -> line(text, Font.PLAIN, CAPTION_SIZE, left, top + CAPTION - 6));
  }

  /** Small text, its lines broken between words to at most the given width. */
  public void note(String text, int left, int top, int width) {
    write(
        () -> {
          int baseline = top + NOTE_SIZE;
          for (String paragraph : text.split("\n", -1)) {
            for (String line : broken(paragraph, width)) {
              line(line, Font.PLAIN, NOTE_SIZE, left, baseline);
              baseline += LINE;
            }
          }
        });
  }

  private List<String> broken(String text, int width) {
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, NOTE_SIZE));
    List<String> lines = new ArrayList<>();
    String line = "";
    for (String word : text.split(" ", -1)) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && graphics.getFontMetrics().stringWidth(longer) > width) {
        lines.add(line);
        longer = word;
      }
      line = longer;
    }
    lines.add(line);
    return lines;
  }

  private void line(String text, int style, int size, int left, int baseline) {
    graphics.setFont(new Font(Font.SANS_SERIF, style, size));
    graphics.setColor(Color.BLACK);
    graphics.drawString(text, left, baseline);
  }

  private void write(Runnable text) {
    if (!captioned) {
      return;
    }
    try {
      text.run();
    } catch (RuntimeException | LinkageError | InternalError e) {
      captioned = false; // Java fails in these ways on a machine without fonts.
    }
  }

  /** Writes the sheet as a PNG file. */
  public void save(Path file) {
    graphics.dispose();
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      ImageIO.write(sheet, "png", file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the picture " + file, e);
    }
  }
}
