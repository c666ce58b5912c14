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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * An ONNX file, run by DJL's ONNX Runtime engine on the CPU with one thread, so that parallelism is
 * Spark's. Holds native memory until it is closed.
 */
final class OnnxModel implements AutoCloseable {
  /** The name of DJL's engine. */
  static final String ENGINE = "OnnxRuntime";

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

  private final Path file;
  private final String name;
  private final ZooModel<NDList, NDList> model;
  private final Predictor<NDList, NDList> predictor;

  private OnnxModel(Path file, String name, ZooModel<NDList, NDList> model) {
    this.file = file;
    this.name = name;
    this.model = model;
    this.predictor = model.newPredictor();
  }

  /** Makes the inputs of one run, in memory that is freed after it. */
  interface Inputs {
    NDList make(NDManager manager);
  }

  /**
   * Checks that both the model and the YAML file beside it exist.
   *
   * @param what the model is, for messages
   * @return the YAML file
   */
  static Path yamlBeside(Path file, String what) {
    if (!Files.isRegularFile(file) || !String.valueOf(file.getFileName()).endsWith(SUFFIX)) {
      throw new UserError(
          "Cannot open the %s %s: expected an ONNX model file (*.onnx)".formatted(what, file));
    }
    Path yaml = file.resolveSibling(nameOf(file) + ".yaml");
    if (!Files.isRegularFile(yaml)) {
      throw new UserError(
          "Cannot open the %s %s: its preprocessing is expected in %s, which does not exist"
              .formatted(what, file, yaml));
    }
    return yaml;
  }

  private static String nameOf(Path file) {
    String fileName = String.valueOf(file.getFileName());
    return fileName.substring(0, fileName.length() - SUFFIX.length());
  }

  static OnnxModel load(Path file) {
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
      return new OnnxModel(file, nameOf(file), criteria.loadModel());
    } catch (ModelException e) {
      throw new UserError("Cannot load the ONNX model %s: %s".formatted(file, rootMessage(e)), e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the ONNX model " + file, e);
    }
  }

  /** The file's name without extension. */
  String name() {
    return name;
  }

  /** Hex SHA-256 of the file and of what else decides its vectors. */
  String digest(String preprocessing) {
    MessageDigest digest = Digests.sha256();
    try (var stream = Files.newInputStream(file)) {
      byte[] buffer = new byte[DIGEST_BUFFER];
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
    digest.update(preprocessing.getBytes(StandardCharsets.UTF_8));
    return Digests.hex(digest.digest());
  }

  /**
   * Runs the model once.
   *
   * @param count rows of the inputs and of the output
   * @return {@code [count, dimension]}, each row of length one
   */
  float[][] encode(Inputs inputs, String output, int count) {
    try (NDManager manager = model.getNDManager().newSubManager()) {
      NDList made = inputs.make(manager);
      try (NDList outputs = predictor.predict(made)) {
        return rows(find(outputs, output), output, count);
      } catch (TranslateException e) {
        throw new UserError(
            "The ONNX model %s cannot encode %s: %s"
                .formatted(
                    name,
                    String.join(
                        ", ",
                        made.stream()
                            .map(i -> i.getShape() + " as input '" + i.getName() + "'")
                            .toList()),
                    rootMessage(e)),
            e);
      }
    }
  }

  private NDArray find(NDList outputs, String output) {
    Optional<NDArray> named = outputs.stream().filter(o -> output.equals(o.getName())).findFirst();
    return named.orElseThrow(
        () ->
            new UserError(
                "The ONNX model %s has no output '%s' (found %s)"
                    .formatted(name, output, outputs.stream().map(NDArray::getName).toList())));
  }

  private float[][] rows(NDArray array, String output, int count) {
    Shape shape = array.getShape();
    boolean flat = shape.dimension() >= 2 && shape.get(0) == count;
    for (int axis = 2; flat && axis < shape.dimension(); axis++) {
      flat = shape.get(axis) == 1;
    }
    if (!flat) {
      throw new UserError(
          "The output '%s' of the ONNX model %s has the shape %s (must be [%d, dimension])"
              .formatted(output, name, shape, count));
    }
    float[] values = array.toFloatArray();
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
