package dev.tandem.frozen;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How an image becomes the input of an ONNX model, read from the JSON file beside it (as {@code
 * resnet50.json} beside {@code resnet50.onnx}):
 *
 * <pre>{@code
 * {"resize": 256, "crop": 224, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225],
 *  "input": "input", "output": "embedding"}
 * }</pre>
 *
 * @param resize pixels of the shorter side after antialiased resizing, aspect ratio kept
 * @param crop pixels of the side of the square cut from the centre; at most {@code resize}
 * @param mean subtracted from each channel of the values in 0..1; red, green, blue
 * @param std divides each channel after that
 * @param input name of the model's input, float32 {@code [images, 3, crop, crop]}
 * @param output name of the output that holds the vectors, {@code [images, dimension]}, further
 *     axes of length one allowed
 */
public record Preprocessing(
    int resize, int crop, List<Double> mean, List<Double> std, String input, String output) {
  private static final int CHANNELS = 3;
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public Preprocessing {
    require(crop >= 1 && crop <= resize, "crop", crop, "from 1 to resize, " + resize);
    require(mean.size() == CHANNELS, "mean", mean, "three numbers");
    require(std.size() == CHANNELS && std.stream().allMatch(s -> s > 0), "std", std, "three, > 0");
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new UserError(
          "Invalid preprocessing: %s is %s (must be %s)".formatted(key, found, expected));
    }
  }

  /** Reads the record of a model. */
  public static Preprocessing load(Path json) {
    try {
      return JSON.readValue(Files.readString(json), Preprocessing.class);
    } catch (JacksonException e) {
      if (e.getCause() instanceof UserError invalid) {
        throw new UserError(json + ": " + invalid.getMessage(), e);
      }
      throw new UserError(
          "Cannot read the preprocessing of the model in %s: %s (expected the keys resize, crop, mean, std, input, output)"
              .formatted(json, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + json, e);
    }
  }

  /** Writes the image into its place of the batch, as {@code [3, crop, crop]} from the offset. */
  void write(RgbImage image, float[] batch, int offset) {
    double scale = (double) resize / Math.min(image.width(), image.height());
    int width = Math.max(resize, (int) Math.round(image.width() * scale));
    int height = Math.max(resize, (int) Math.round(image.height() * scale));
    float[] pixels = Resampler.resize(image, width, height);
    int left = (width - crop) / 2;
    int top = (height - crop) / 2;
    for (int c = 0; c < CHANNELS; c++) {
      for (int y = 0; y < crop; y++) {
        for (int x = 0; x < crop; x++) {
          double value = pixels[((top + y) * width + left + x) * CHANNELS + c] / 255.0;
          batch[offset + (c * crop + y) * crop + x] = (float) ((value - mean.get(c)) / std.get(c));
        }
      }
    }
  }

  int inputValues() {
    return CHANNELS * crop * crop;
  }
}
