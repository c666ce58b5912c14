package dev.tandem.frozen;

import dev.tandem.schemas.image.RgbImage;
import java.util.List;

/**
 * A frozen model that turns an image into a vector of length one. Equal digests promise equal
 * vectors for equal images, so vectors may be kept under the digest and compared across runs.
 *
 * <p>But for {@link #prepare}, an encoder is used by one thread at a time; it belongs to whoever
 * opened it.
 */
public interface ImageEncoder extends AutoCloseable {

  /** The name written beside every vector, for example {@code color_layout}. */
  String name();

  /** Hexadecimal SHA-256 over everything that decides the vector: weights and preprocessing. */
  String digest();

  /** The number of values in a vector. */
  int dimension();

  /**
   * Turns an image of any size into what the encoder computes with: the part of the work that needs
   * no model. May be called by any number of threads at once, and after {@link #close}.
   */
  float[] prepare(RgbImage image);

  /**
   * Encodes prepared images, each independently of the others in the list.
   *
   * @return one vector per image, in order, as {@code [images, dimension]}; of length one, or zero
   *     in every place where the model gave zeros. A model that gives NaN gives NaN here.
   */
  float[][] encodePrepared(List<float[]> prepared);

  /** Prepares and encodes images. */
  default float[][] encode(List<RgbImage> images) {
    return encodePrepared(images.stream().map(this::prepare).toList());
  }

  /** Frees what the encoder holds outside the heap. */
  @Override
  void close();
}
