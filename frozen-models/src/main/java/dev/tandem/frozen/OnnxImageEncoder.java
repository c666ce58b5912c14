package dev.tandem.frozen;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import dev.tandem.schemas.image.RgbImage;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * An encoder given as one ONNX file, run by DJL on the CPU. {@link Preprocessing} lies beside the
 * file. Holds native memory until it is closed.
 */
public final class OnnxImageEncoder implements ImageEncoder {
  /** The name of DJL's engine, and the value of {@code engine} that asks for this encoder. */
  public static final String ENGINE = OnnxModel.ENGINE;

  private final OnnxModel model;
  private final String digest;
  private final Preprocessing preprocessing;
  private final int dimension;

  private OnnxImageEncoder(OnnxModel model, Preprocessing preprocessing) {
    this.model = model;
    this.digest = model.digest(preprocessing.toString());
    this.preprocessing = preprocessing;
    this.dimension = run(List.of(preprocessing.apply(new RgbImage(1, 1, new byte[3]))))[0].length;
  }

  /** Opens the model in the given {@code .onnx} file. */
  public static OnnxImageEncoder open(Path file) {
    Preprocessing preprocessing = Preprocessing.load(OnnxModel.yamlBeside(file, "image encoder"));
    OnnxModel model = OnnxModel.load(file);
    try {
      return new OnnxImageEncoder(model, preprocessing);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public float[] prepare(RgbImage image) {
    return preprocessing.apply(image);
  }

  @Override
  public float[][] encodePrepared(List<float[]> prepared) {
    return prepared.isEmpty() ? new float[0][] : run(prepared);
  }

  private float[][] run(List<float[]> images) {
    FloatBuffer batch = FloatBuffer.allocate(images.size() * images.get(0).length);
    images.forEach(batch::put);
    batch.flip();
    Shape shape = new Shape(preprocessing.shape(images.size()));
    return model.encode(
        manager -> {
          NDArray input = manager.create(batch, shape);
          input.setName(preprocessing.input());
          return new NDList(input);
        },
        preprocessing.output(),
        images.size());
  }

  @Override
  public void close() {
    model.close();
  }
}
