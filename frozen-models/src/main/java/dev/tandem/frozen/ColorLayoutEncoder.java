package dev.tandem.frozen;

import dev.tandem.schemas.image.RgbImage;
import java.util.List;

/**
 * The embedded encoder: describes what an image looks like, not what it means. It needs no weights
 * and no download, and gives the same bits on every platform (plain arithmetic in a fixed order).
 *
 * <p>The image is resized to 32 x 32 (aspect ratio not kept) and described by three groups of
 * values, each centred, scaled to length one and weighted:
 *
 * <ul>
 *   <li><b>layout</b>: means of luma and two chroma differences over grids of 1, 2, 4 and 8 cells a
 *       side: which colour is where;
 *   <li><b>edges</b>: histograms of unsigned gradient orientation over 4 x 4 and 8 x 8 cells,
 *       square-rooted: outlines, hardly touched by brightness and colour;
 *   <li><b>colours</b>: a soft histogram over a 4 x 4 x 4 cube of RGB, square-rooted: which
 *       colours, wherever they are.
 * </ul>
 *
 * <p>Invariances: image size and format (up to resampling); small shifts, below a cell; in part
 * contrast (through the scaling of each group). Not invariant to mirroring, rotation, cropping,
 * aspect ratio or a change of the colours.
 */
public final class ColorLayoutEncoder implements ImageEncoder {
  /** The name of this encoder. */
  public static final String NAME = "color_layout";

  /** To be raised with every change that alters a vector. */
  private static final String RECIPE = NAME + " 1";

  static final int SIDE = 32;

  private static final float LAYOUT_WEIGHT = 0.6f;
  private static final float EDGES_WEIGHT = 1.0f;
  private static final float COLORS_WEIGHT = 0.5f;

  /**
   * A group far below this length is nearly featureless; it must not be blown up to full weight.
   */
  private static final double FEATURELESS = 0.05;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String digest() {
    return Digests.sha256(RECIPE);
  }

  @Override
  public int dimension() {
    return ColorLayout.SIZE + EdgeHistograms.SIZE + ColorHistogram.SIZE;
  }

  /** All of the work: the image's vector. */
  @Override
  public float[] prepare(RgbImage image) {
    return encode(image);
  }

  @Override
  public float[][] encodePrepared(List<float[]> prepared) {
    return prepared.toArray(float[][]::new);
  }

  @Override
  public void close() {}

  private static float[] encode(RgbImage image) {
    float[] pixels = Resampler.resize(image, SIDE, SIDE, Interpolation.BILINEAR);
    float[] layout = ColorLayout.of(pixels);
    float[] edges = EdgeHistograms.of(pixels);
    float[] colors = ColorHistogram.of(pixels);
    float[] vector = new float[layout.length + edges.length + colors.length];
    append(vector, 0, layout, LAYOUT_WEIGHT);
    append(vector, layout.length, edges, EDGES_WEIGHT);
    append(vector, layout.length + edges.length, colors, COLORS_WEIGHT);
    return UnitVectors.normalize(vector);
  }

  /** Writes the group, scaled to length one (less where it is nearly zero), times its weight. */
  private static void append(float[] vector, int offset, float[] group, float weight) {
    double squares = FEATURELESS * FEATURELESS;
    for (float value : group) {
      squares += (double) value * value;
    }
    double scale = weight / Math.sqrt(squares);
    for (int i = 0; i < group.length; i++) {
      vector[offset + i] = (float) (group[i] * scale);
    }
  }
}
