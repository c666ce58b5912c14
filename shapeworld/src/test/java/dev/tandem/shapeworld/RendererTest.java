package dev.tandem.shapeworld;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RendererTest {
  private static final Rgb GREY = new Rgb(200, 200, 200);

  /** Pins the pixels of 200 scenes: a changed renderer means retraining the bundled policy. */
  @Test
  void pixelsAreTheSameEverywhere() {
    CRC32 digest = new CRC32();
    for (int i = 0; i < 200; i++) {
      digest.update(Renderer.render(Scene.draw(RandomKey.of(9).with(i).random())).rgb());
    }
    assertThat(Long.toHexString(digest.getValue())).isEqualTo("7a5946d");
  }

  @Test
  void aSquareCoversItsPixelsWhollyAndItsEdgesPartly() {
    PlannedObject kind = new PlannedObject(Colour.BLACK, Shape.SQUARE, Place.TOP_LEFT);
    RgbImage image = Renderer.render(new Scene(GREY, List.of(new SceneObject(kind, 8, 8, 10))));
    assertThat(row(image, 8)).startsWith(200, 200, 200).containsSequence(20, 20, 20, 20, 20, 20);
    // Half side 4.4: the pixel from x = 3 to 4 is covered to 0.4, of which sampling sees 2 in 4.
    assertThat(image.channel(3, 8, 0)).isEqualTo((200 + 20) / 2);
    assertThat(image.channel(2, 8, 0)).isEqualTo(200);
  }

  private static int[] row(RgbImage image, int y) {
    return IntStream.range(0, image.width()).map(x -> image.channel(x, y, 0)).toArray();
  }

  @Property
  void neighboursKeepTwoPixelsApartAndStayInsideTheImage(@ForAll long seed) {
    for (SceneObject object : Scene.draw(RandomKey.of(seed).random()).objects()) {
      double half = object.size() / 2;
      double quadrant = Scene.SIZE / 2.0;
      double left = object.place().column() * quadrant;
      double top = object.place().row() * quadrant;
      assertThat(object.x()).isBetween(left + 1 + half, left + quadrant - 1 - half);
      assertThat(object.y()).isBetween(top + 1 + half, top + quadrant - 1 - half);
    }
  }

  @Test
  void coloursAndBackgroundsAreClearlyDistinct() {
    for (Colour colour : Colour.values()) {
      for (Colour other : Colour.values()) {
        if (colour != other) {
          assertThat(distance(colour.rgb(), other.rgb())).isGreaterThan(70);
        }
      }
      for (int i = 0; i < 1_000; i++) {
        Rgb background = Scene.drawBackground(RandomKey.of(i).random());
        assertThat(distance(colour.rgb(), background)).isGreaterThan(70);
      }
    }
  }

  private static double distance(Rgb a, Rgb b) {
    return Math.sqrt(
        Math.pow(a.red() - b.red(), 2)
            + Math.pow(a.green() - b.green(), 2)
            + Math.pow(a.blue() - b.blue(), 2));
  }

  @Test
  void shapesDiffer() {
    List<byte[]> images =
        Arrays.stream(Shape.values())
            .map(shape -> new PlannedObject(Colour.RED, shape, Place.TOP_LEFT))
            .map(kind -> new Scene(GREY, List.of(new SceneObject(kind, 8, 8, 12))))
            .map(scene -> Renderer.render(scene).rgb())
            .toList();
    for (byte[] image : images) {
      assertThat(images.stream().filter(other -> Arrays.equals(image, other))).hasSize(1);
    }
  }
}
