package dev.tandem.shapeworld;

import java.util.Optional;

/** One object of a plan: what, in which colour, in which quadrant. */
public record PlannedObject(Colour colour, Shape shape, Place place) {

  /** Colour and shape, for example {@code red circle}. */
  public String name() {
    return colour.word() + " " + shape.word();
  }

  /** Colour, shape and place, for example {@code red circle top left}. */
  public String text() {
    return name() + " " + place.words();
  }

  public PlannedObject withColour(Colour other) {
    return new PlannedObject(other, shape, place);
  }

  public PlannedObject withPlace(Place other) {
    return new PlannedObject(colour, shape, other);
  }

  /** The object whose {@link #text()} is given; nothing else is accepted. */
  public static Optional<PlannedObject> parse(String text) {
    String[] words = text.split(" ", 3);
    if (words.length < 3) {
      return Optional.empty();
    }
    Optional<Colour> colour = Colour.find(words[0]);
    Optional<Shape> shape = Shape.find(words[1]);
    Optional<Place> place = Place.find(words[2]);
    if (colour.isEmpty() || shape.isEmpty() || place.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(new PlannedObject(colour.get(), shape.get(), place.get()));
  }
}
