package dev.tandem.shapeworld;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.geneval.Tag;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Paints demonstrations of every template on one page, for the eye: run its main method. */
final class ContactSheet {
  private static final int COLUMNS = 8;
  private static final int ZOOM = 4;
  private static final int CELL_WIDTH = 200;
  private static final int CELL_HEIGHT = Scene.SIZE * ZOOM + 44;

  private ContactSheet() {}

  public static void main(String[] args) throws IOException {
    int rows = Tag.values().length;
    BufferedImage sheet =
        new BufferedImage(COLUMNS * CELL_WIDTH, rows * CELL_HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = sheet.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    graphics.setFont(graphics.getFont().deriveFont(9f));
    for (Tag tag : Tag.values()) {
      for (int column = 0; column < COLUMNS; column++) {
        CounterRandom random = RandomKey.of(1).with(tag.word()).with(column).random();
        drawCell(graphics, tag, column * CELL_WIDTH, tag.ordinal() * CELL_HEIGHT, random);
      }
    }
    Path file = Path.of("target", "contact-sheet.png");
    Files.createDirectories(file.getParent());
    ImageIO.write(sheet, "png", file.toFile());
  }

  private static void drawCell(Graphics2D graphics, Tag tag, int x, int y, CounterRandom random) {
    PromptTask task = PromptTask.draw(tag, random);
    Demonstration shown = Demonstration.draw(task, random);
    RgbImage image = Renderer.render(shown.scene());
    int side = Scene.SIZE * ZOOM;
    graphics.drawImage(image.toBufferedImage(), x, y, side, side, null);
    graphics.setColor(shown.isFaulty() ? Color.RED : Color.BLACK);
    graphics.drawString(task.prompt(), x, y + side + 10);
    int line = 20;
    StringBuilder plan = new StringBuilder();
    for (PlannedObject object : shown.plan().objects()) {
      plan.append(object.text()).append(", ");
      if (plan.length() > 20) {
        graphics.drawString(plan.toString(), x, y + side + line);
        line += 10;
        plan.setLength(0);
      }
    }
    graphics.drawString(plan.toString(), x, y + side + line);
  }
}
