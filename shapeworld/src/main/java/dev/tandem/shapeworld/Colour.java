package dev.tandem.shapeworld;

import java.util.Optional;

/** GenEval's ten colours. Every two differ by at least 70 in RGB distance. */
public enum Colour {
  RED(215, 30, 40),
  ORANGE(255, 140, 0),
  YELLOW(250, 230, 40),
  GREEN(30, 160, 60),
  BLUE(40, 80, 220),
  PURPLE(130, 50, 170),
  PINK(255, 105, 180),
  BROWN(120, 70, 30),
  BLACK(20, 20, 20),
  WHITE(255, 255, 255);

  private final Rgb rgb;
  private final String word = Words.of(this);

  Colour(int red, int green, int blue) {
    rgb = new Rgb(red, green, blue);
  }

  /** The colour that shapes are painted with. */
  public Rgb rgb() {
    return rgb;
  }

  /** The colour as texts name it, for example {@code red}. */
  public String word() {
    return word;
  }

  /** The colour with the given {@link #word()}. */
  public static Optional<Colour> find(String word) {
    return Words.find(values(), Colour::word, word);
  }
}
