package dev.tandem.frozen;

import ai.djl.Device;
import ai.djl.ModelException;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * An encoder given as one ONNX file, run by DJL's ONNX Runtime engine on the CPU with one thread,
 * so that parallelism is Spark's. {@link Preprocessing} lies beside the file. Holds native memory
 * until it is closed.
 */
public final class OnnxImageEncoder implements ImageEncoder {
  /** The name of DJL's engine, and the value of {@code engine} that asks for this encoder. */
  public static final String ENGINE = "OnnxRuntime";

  private static final String SUFFIX = ".onnx";
  private static final int DIGEST_BUFFER = 1 << 16;

  static {
    // DJL would look for models and report its use over the network; here everything is local.
    for (String property : List.of("ai.djl.offline", "OPT_OUT_TRACKING")) {
      if (System.getProperty(property) == null) {
        System.setProperty(property, "true");
      }
    }
  }

  private final String name;
  private final String digest;
  private final Preprocessing preprocessing;
  private final ZooModel<NDList, NDList> model;
  private final Predictor<NDList, NDList> predictor;
  private final int dimension;

  private OnnxImageEncoder(
      String name, String digest, Preprocessing preprocessing, ZooModel<NDList, NDList> model) {
    this.name = name;
    this.digest = digest;
    this.preprocessing = preprocessing;
    this.model = model;
    this.predictor = model.newPredictor();
    this.dimension = run(List.of(preprocessing.apply(new RgbImage(1, 1, new byte[3]))))[0].length;
  }

  /** Opens the model in the given {@code .onnx} file. */
  public static OnnxImageEncoder open(Path file) {
    String fileName = String.valueOf(file.getFileName());
    if (!Files.isRegularFile(file) || !fileName.endsWith(SUFFIX)) {
      throw new UserError(
          "Cannot open the image encoder %s: expected an ONNX model file (*.onnx)".formatted(file));
    }
    String name = fileName.substring(0, fileName.length() - SUFFIX.length());
    Path yaml = file.resolveSibling(name + ".yaml");
    if (!Files.isRegularFile(yaml)) {
      throw new UserError(
          "Cannot open the image encoder %s: its preprocessing is expected in %s, which does not exist"
              .formatted(file, yaml));
    }
    Preprocessing preprocessing = Preprocessing.load(yaml);
    ZooModel<NDList, NDList> model = load(file);
    try {
      return new OnnxImageEncoder(name, digest(file, preprocessing), preprocessing, model);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static ZooModel<NDList, NDList> load(Path file) {
    Criteria<NDList, NDList> criteria =
        Criteria.builder()
            .setTypes(NDList.class, NDList.class)
            .optModelPath(file)
            .optEngine(ENGINE)
            .optDevice(Device.cpu())
            .optTranslator(new NoopTranslator())
            .optOption("interOpNumThreads", "1")
            .optOption("intraOpNumThreads", "1")
            .build();
    try {
      return criteria.loadModel();
    } catch (ModelException e) {
      throw new UserError("Cannot load the ONNX model %s: %s".formatted(file, rootMessage(e)), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the ONNX model " + file, e);
    }
  }

  private static String digest(Path file, Preprocessing preprocessing) {
    MessageDigest digest = Digests.sha256();
    try (var stream = Files.newInputStream(file)) {
      byte[] buffer = new byte[DIGEST_BUFFER];
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    digest.update(preprocessing.toString().getBytes(StandardCharsets.UTF_8));
    return Digests.hex(digest.digest());
  }

  @Override
  public String name() {
    return name;
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
    Shape shape = new Shape(preprocessing.shape(images.size()));
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDArray input = manager.create(batch.flip(), shape);
      input.setName(preprocessing.input());
      try (NDList outputs = predictor.predict(new NDList(input))) {
        return rows(output(outputs), images.size());
      }
    } catch (TranslateException e) {
      throw new UserError(
          "The ONNX model %s cannot encode %s as input '%s': %s"
              .formatted(name, shape, preprocessing.input(), rootMessage(e)),
          e);
    }
  }

  private NDArray output(NDList outputs) {
    Optional<NDArray> named =
        outputs.stream().filter(o -> preprocessing.output().equals(o.getName())).findFirst();
    return named.orElseThrow(
        () ->
            new UserError(
                "The ONNX model %s has no output '%s' (found %s)"
                    .formatted(
                        name,
                        preprocessing.output(),
                        outputs.stream().map(NDArray::getName).toList())));
  }

  private float[][] rows(NDArray output, int count) {
    Shape shape = output.getShape();
    boolean flat = shape.dimension() >= 2 && shape.get(0) == count;
    for (int axis = 2; flat && axis < shape.dimension(); axis++) {
      flat = shape.get(axis) == 1;
    }
    if (!flat) {
      throw new UserError(
          "The output '%s' of the ONNX model %s has the shape %s (must be [%d, dimension])"
              .formatted(preprocessing.output(), name, shape, count));
    }
    float[] values = output.toFloatArray();
    int width = values.length / count;
    float[][] rows = new float[count][width];
    for (int i = 0; i < count; i++) {
      System.arraycopy(values, i * width, rows[i], 0, width);
      UnitVectors.normalize(rows[i]);
    }
    return rows;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  @Override
  public void close() {
    predictor.close();
    model.close();
  }
}
