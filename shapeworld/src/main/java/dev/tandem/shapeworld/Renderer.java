package dev.tandem.shapeworld;

import dev.tandem.schemas.image.RgbImage;

/**
 * Paints scenes, anti-aliased by supersampling. Pure integer and IEEE arithmetic, so pixels are the
 * same everywhere.
 */
public final class Renderer {
  private static final int SAMPLES = 4;
  private static final int SAMPLES_OF_PIXEL = SAMPLES * SAMPLES;

  private Renderer() {}

  /** Paints the scene at {@link Scene#SIZE} by {@link Scene#SIZE} pixels. */
  public static RgbImage render(Scene scene) {
    int size = Scene.SIZE;
    byte[] rgb = new byte[size * size * 3];
    Rgb background = scene.background();
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) background.red();
      rgb[i + 1] = (byte) background.green();
      rgb[i + 2] = (byte) background.blue();
    }
    for (SceneObject object : scene.objects()) {
      paint(object, rgb);
    }
    return new RgbImage(size, size, rgb);
  }

  private static void paint(SceneObject object, byte[] rgb) {
    ShapeGrid grid = ShapeGrid.of(object.shape());
    double half = object.size() / 2;
    int left = Math.max(0, (int) Math.floor(object.x() - half));
    int right = Math.min(Scene.SIZE, (int) Math.ceil(object.x() + half));
    int top = Math.max(0, (int) Math.floor(object.y() - half));
    int bottom = Math.min(Scene.SIZE, (int) Math.ceil(object.y() + half));
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int covered = covered(grid, object, x, y);
        if (covered > 0) {
          blend(rgb, (y * Scene.SIZE + x) * 3, object.colour().rgb(), covered);
        }
      }
    }
  }

  private static int covered(ShapeGrid grid, SceneObject object, int pixelX, int pixelY) {
    double scale = 2 / object.size();
    int covered = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double y = (pixelY + (i + 0.5) / SAMPLES - object.y()) * scale;
      for (int j = 0; j < SAMPLES; j++) {
        double x = (pixelX + (j + 0.5) / SAMPLES - object.x()) * scale;
        if (grid.contains(x, y)) {
          covered++;
        }
      }
    }
    return covered;
  }

  private static void blend(byte[] rgb, int offset, Rgb paint, int covered) {
    rgb[offset] = mix(rgb[offset], paint.red(), covered);
    rgb[offset + 1] = mix(rgb[offset + 1], paint.green(), covered);
    rgb[offset + 2] = mix(rgb[offset + 2], paint.blue(), covered);
  }

  private static byte mix(byte below, int paint, int covered) {
    int sum = (below & 0xFF) * (SAMPLES_OF_PIXEL - covered) + paint * covered;
    return (byte) ((sum + SAMPLES_OF_PIXEL / 2) / SAMPLES_OF_PIXEL);
  }
}
