package dev.tandem.frozen;

import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import java.nio.file.Path;
import java.util.List;

/**
 * How an image becomes the input of an ONNX model, read from the YAML file beside it (as {@code
 * resnet50.yaml} beside {@code resnet50.onnx}):
 *
 * <pre>{@code
 * resize: 256
 * crop: 224
 * mean: [0.485, 0.456, 0.406]
 * std: [0.229, 0.224, 0.225]
 * interpolation: bilinear   # or bicubic; bilinear if left out
 * layout: nchw              # or nhwc; nchw if left out
 * input: input
 * output: embedding
 * }</pre>
 *
 * @param resize pixels of the shorter side after antialiased resizing, aspect ratio kept
 * @param crop pixels of the side of the square cut from the centre; at most {@code resize}
 * @param mean subtracted from each channel of the values in 0..1; red, green, blue
 * @param std divides each channel after that
 * @param interpolation the filter of the resizing
 * @param layout the order of the input's axes
 * @param input name of the model's input, float32 {@code [images, 3, crop, crop]} or {@code
 *     [images, crop, crop, 3]}
 * @param output name of the output that holds the vectors, {@code [images, dimension]}, further
 *     axes of length one allowed
 */
record Preprocessing(
    int resize,
    int crop,
    List<Double> mean,
    List<Double> std,
    Interpolation interpolation,
    Layout layout,
    String input,
    String output) {
  static final int CHANNELS = 3;

  /** The order of axes. */
  enum Layout {
    /** Images, channels, rows, columns. */
    NCHW,
    /** Images, rows, columns, channels. */
    NHWC
  }

  Preprocessing {
    require(crop >= 1 && crop <= resize, "crop", crop, "from 1 to resize, " + resize);
    require(mean.size() == CHANNELS, "mean", mean, "three numbers");
    require(
        std.size() == CHANNELS && std.stream().allMatch(s -> s > 0),
        "std",
        std,
        "three numbers > 0");
    mean = List.copyOf(mean);
    std = List.copyOf(std);
  }

  private static void require(boolean holds, String key, Object found, String expected) {
    if (!holds) {
      throw new UserError("%s is %s (must be %s)".formatted(key, found, expected));
    }
  }

  /** Reads the file of a model. */
  static Preprocessing load(Path yaml) {
    return PreprocessingFile.read(yaml);
  }

  /** The image as the model takes it, {@code [3, crop, crop]} or {@code [crop, crop, 3]}. */
  float[] apply(RgbImage image) {
    double scale = (double) resize / Math.min(image.width(), image.height());
    int width = Math.max(resize, (int) Math.round(image.width() * scale));
    int height = Math.max(resize, (int) Math.round(image.height() * scale));
    float[] pixels = Resampler.resize(image, width, height, interpolation);
    int left = (width - crop) / 2;
    int top = (height - crop) / 2;
    float[] input = new float[CHANNELS * crop * crop];
    for (int c = 0; c < CHANNELS; c++) {
      double mean = this.mean.get(c);
      double std = this.std.get(c);
      for (int y = 0; y < crop; y++) {
        for (int x = 0; x < crop; x++) {
          float pixel = pixels[((top + y) * width + left + x) * CHANNELS + c];
          double value = Math.min(Math.max(pixel, 0), 255) / 255.0;
          input[place(c, y, x)] = (float) ((value - mean) / std);
        }
      }
    }
    return input;
  }

  private int place(int c, int y, int x) {
    return switch (layout) {
      case NCHW -> (c * crop + y) * crop + x;
      case NHWC -> (y * crop + x) * CHANNELS + c;
    };
  }

  /** The shape of a batch of so many images. */
  long[] shape(int images) {
    return switch (layout) {
      case NCHW -> new long[] {images, CHANNELS, crop, crop};
      case NHWC -> new long[] {images, crop, crop, CHANNELS};
    };
  }
}
