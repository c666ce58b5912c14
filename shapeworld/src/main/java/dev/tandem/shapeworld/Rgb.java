package dev.tandem.shapeworld;

/** A colour value, each channel in 0..255. */
public record Rgb(int red, int green, int blue) {
  public Rgb {
    if (((red | green | blue) & ~0xFF) != 0) {
      throw new IllegalArgumentException(
          "Invalid colour: %d, %d, %d (each must be in 0..255)".formatted(red, green, blue));
    }
  }
}
