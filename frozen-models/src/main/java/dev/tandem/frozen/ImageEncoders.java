package dev.tandem.frozen;

import dev.tandem.schemas.UserError;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;

/** Opens encoders by name, on the driver or inside a task. */
public final class ImageEncoders {
  private static final Set<String> EMBEDDED = Set.of(ColorLayoutEncoder.NAME, DifferenceHash.NAME);

  private ImageEncoders() {}

  /**
   * Opens the encoder that a configuration names.
   *
   * @param encoder {@code color_layout}, {@code difference_hash}, or the path of an {@code .onnx}
   *     file
   */
  public static ImageEncoder open(String encoder) {
    return open(engineOf(encoder), encoder);
  }

  /** The engine that runs the encoder named so: its own name, or that of the ONNX engine. */
  public static String engineOf(String encoder) {
    return EMBEDDED.contains(encoder) ? encoder : OnnxImageEncoder.ENGINE;
  }

  /**
   * Opens an encoder as DJL's Spark extension names it.
   *
   * @param engine {@code color_layout}, {@code difference_hash} or {@code OnnxRuntime}
   * @param modelUrl path or {@code file:} address of the model; read for {@code OnnxRuntime} only
   */
  public static ImageEncoder open(String engine, String modelUrl) {
    return switch (engine) {
      case ColorLayoutEncoder.NAME -> new ColorLayoutEncoder();
      case DifferenceHash.NAME -> new DifferenceHash();
      case OnnxImageEncoder.ENGINE -> OnnxImageEncoder.open(path(modelUrl));
      default ->
          throw new UserError(
              "Unknown encoder engine: %s (must be %s, %s or %s)"
                  .formatted(
                      engine,
                      ColorLayoutEncoder.NAME,
                      DifferenceHash.NAME,
                      OnnxImageEncoder.ENGINE));
    };
  }

  private static Path path(String modelUrl) {
    return modelUrl.startsWith("file:") ? Path.of(URI.create(modelUrl)) : Path.of(modelUrl);
  }
}
