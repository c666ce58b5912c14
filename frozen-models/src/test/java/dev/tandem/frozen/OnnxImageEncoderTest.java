package dev.tandem.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxImageEncoderTest {
  /** Single precision of values near one. */
  private static final float ROUNDING = 1e-6f;

  private static final String PREPROCESSING =
      """
      resize: 8
      crop: 4
      mean: [0.5, 0.25, 0]
      std: [0.5, 0.25, 1.0]
      input: pixels
      output: vector
      """;

  @TempDir Path folder;

  @Test
  void runsTheModelOnPreprocessedImages() throws IOException {
    try (ImageEncoder encoder = OnnxImageEncoder.open(model(PREPROCESSING))) {
      assertThat(encoder.name()).isEqualTo("mean");
      assertThat(encoder.dimension()).isEqualTo(3);
      // (255, 0, 51) -> (1, 0, 0.2) -> ((1 - 0.5) / 0.5, (0 - 0.25) / 0.25, 0.2) = (1, -1, 0.2)
      // and (51, 255, 0) -> (0.2, 1, 0) -> (-0.6, 3, 0), each divided by its length.
      float[][] vectors = encoder.encode(List.of(flat(16, 8, 255, 0, 51), flat(5, 7, 51, 255, 0)));
      float first = (float) Math.sqrt(2.04);
      float second = (float) Math.sqrt(9.36);
      assertThat(vectors[0])
          .containsExactly(new float[] {1 / first, -1 / first, 0.2f / first}, within(ROUNDING));
      assertThat(vectors[1])
          .containsExactly(new float[] {-0.6f / second, 3 / second, 0}, within(ROUNDING));
    }
  }

  @Test
  void cropsTheCentre() throws IOException {
    // Red in the middle half, black outside: a crop of 4 from 8 sees nearly only red.
    byte[] rgb = new byte[8 * 8 * 3];
    for (int y = 2; y < 6; y++) {
      for (int x = 2; x < 6; x++) {
        rgb[(y * 8 + x) * 3] = (byte) 255;
      }
    }
    try (ImageEncoder encoder = OnnxImageEncoder.open(model(PREPROCESSING))) {
      float[] vector = encoder.encode(List.of(new RgbImage(8, 8, rgb)))[0];
      // (255, 0, 0) -> (1, -1, 0)
      float length = (float) Math.sqrt(2);
      assertThat(vector)
          .containsExactly(new float[] {1 / length, -1 / length, 0}, within(ROUNDING));
    }
  }

  @Test
  void channelsMayComeLast() {
    Preprocessing first =
        new Preprocessing(
            4,
            4,
            List.of(0.0, 0.0, 0.0),
            List.of(1.0, 1.0, 1.0),
            Interpolation.BICUBIC,
            Preprocessing.Layout.NHWC,
            "pixels",
            "vector");
    float[] input = first.apply(flat(6, 4, 255, 0, 51));
    assertThat(first.shape(7)).containsExactly(7, 4, 4, 3);
    assertThat(Arrays.copyOf(input, 6))
        .containsExactly(new float[] {1, 0, 0.2f, 1, 0, 0.2f}, within(ROUNDING));
  }

  @Test
  void digestChangesWithThePreprocessing() throws IOException {
    String first;
    try (ImageEncoder encoder = OnnxImageEncoder.open(model(PREPROCESSING))) {
      first = encoder.digest();
    }
    try (ImageEncoder encoder =
        OnnxImageEncoder.open(model(PREPROCESSING.replace("crop: 4", "crop:   4 # cut")))) {
      assertThat(encoder.digest()).isEqualTo(first);
    }
    try (ImageEncoder encoder =
        OnnxImageEncoder.open(model(PREPROCESSING.replace("resize: 8", "resize: 9")))) {
      assertThat(encoder.digest()).isNotEqualTo(first);
    }
  }

  @Test
  void namesTheMissingFile() throws IOException {
    Path absent = folder.resolve("absent.onnx");
    assertThatThrownBy(() -> ImageEncoders.open(absent.toString()))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("absent.onnx");
    Path model = model(PREPROCESSING);
    Files.delete(folder.resolve("mean.yaml"));
    assertThatThrownBy(() -> OnnxImageEncoder.open(model))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("mean.yaml, which does not exist");
  }

  @Test
  void namesWhatIsWrongInThePreprocessing() throws IOException {
    assertRefused("crop: 4", "corp: 4", "mean.yaml: unknown key corp (known are resize, crop");
    assertRefused("crop: 4", "", "mean.yaml: key crop is missing (must be a whole number)");
    assertRefused("crop: 4", "crop: 9", "mean.yaml: crop is 9 (must be from 1 to resize, 8)");
    assertRefused("crop: 4", "crop: [4]", "crop is [4] (must be a whole number)");
    assertRefused("[0.5, 0.25, 0]", "[0.5, half, 0]", "mean is [0.5,\"half\",0] (must be a list");
    assertRefused("[0.5, 0.25, 1.0]", "[1, 1, 0]", "std is [1.0, 1.0, 0.0] (must be three");
    assertRefused("crop: 4", "crop: 4\ninterpolation: cubic", "\"cubic\" (must be bilinear or");
    assertRefused("crop: 4", "crop: 4\nlayout: hwc", "layout is \"hwc\" (must be nchw or nhwc)");
    assertRefused("crop: 4", "crop: {", "mean.yaml is no YAML");
    assertRefused("output: vector", "output: logits", "no output 'logits'");
    assertRefused("input: pixels", "input: image", "image");
  }

  @Test
  void refusesAFileThatIsNoModel() throws IOException {
    Path model = model(PREPROCESSING);
    Files.writeString(model, "not a model");
    assertThatThrownBy(() -> OnnxImageEncoder.open(model))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Cannot load the ONNX model");
  }

  private void assertRefused(String part, String wrong, String message) throws IOException {
    Path model = model(PREPROCESSING.replace(part, wrong));
    assertThatThrownBy(() -> OnnxImageEncoder.open(model))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(message);
  }

  private Path model(String preprocessing) throws IOException {
    Path file = folder.resolve("mean.onnx");
    Files.write(file, OnnxFile.globalAveragePool("pixels", "vector", 4));
    Files.writeString(folder.resolve("mean.yaml"), preprocessing);
    return file;
  }

  private static RgbImage flat(int width, int height, int red, int green, int blue) {
    byte[] rgb = new byte[width * height * 3];
    for (int i = 0; i < rgb.length; i += 3) {
      rgb[i] = (byte) red;
      rgb[i + 1] = (byte) green;
      rgb[i + 2] = (byte) blue;
    }
    return new RgbImage(width, height, rgb);
  }
}
