package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.geneval.Clause;
import dev.tandem.shapeworld.geneval.GenEvalMetadata;
import dev.tandem.shapeworld.geneval.GenEvalRules;
import dev.tandem.shapeworld.geneval.Relation;
import dev.tandem.shapeworld.geneval.Tag;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt in one of GenEval's templates and what it asks for.
 *
 * @param tag the template
 * @param prompt for example "a photo of a red circle"
 * @param metadata GenEval's include and exclude clauses; classes are {@link Shape#word()}s
 */
public record PromptTask(Tag tag, String prompt, GenEvalMetadata metadata) {
  private static final String PHOTO = "a photo of ";
  private static final int FEWEST_COUNTED = 2;
  private static final int MOST_COUNTED = 4;

  /** A prompt of a random template, each equally likely. */
  public static PromptTask draw(CounterRandom random) {
    return draw(Tag.values()[random.nextInt(Tag.values().length)], random);
  }

  /** A prompt of the template, every distinct one equally likely. */
  public static PromptTask draw(Tag tag, CounterRandom random) {
    return switch (tag) {
      case SINGLE_OBJECT -> single(Scene.drawShape(random));
      case TWO_OBJECT -> {
        Shape first = Scene.drawShape(random);
        yield two(first, otherShape(first, random));
      }
      case COUNTING -> {
        int count = FEWEST_COUNTED + random.nextInt(MOST_COUNTED - FEWEST_COUNTED + 1);
        yield counting(Scene.drawShape(random), count);
      }
      case COLORS -> colors(Scene.drawColour(random), Scene.drawShape(random));
      case POSITION -> {
        Shape target = Scene.drawShape(random);
        Relation relation = Relation.values()[random.nextInt(Relation.values().length)];
        yield position(otherShape(target, random), relation, target);
      }
      case COLOR_ATTR -> drawColorAttr(random);
    };
  }

  private static PromptTask drawColorAttr(CounterRandom random) {
    Shape first = Scene.drawShape(random);
    Colour firstColour = Scene.drawColour(random);
    Shape second = otherShape(first, random);
    Colour secondColour = Scene.drawColour(random);
    while (secondColour == firstColour) {
      secondColour = Scene.drawColour(random);
    }
    return colorAttr(firstColour, first, secondColour, second);
  }

  private static Shape otherShape(Shape shape, CounterRandom random) {
    Shape other = Scene.drawShape(random);
    while (other == shape) {
      other = Scene.drawShape(random);
    }
    return other;
  }

  private static PromptTask single(Shape shape) {
    return of(Tag.SINGLE_OBJECT, Words.withArticle(shape.word()), Clause.of(shape.word(), 1));
  }

  private static PromptTask two(Shape first, Shape second) {
    return of(
        Tag.TWO_OBJECT,
        Words.withArticle(first.word()) + " and " + Words.withArticle(second.word()),
        Clause.of(first.word(), 1),
        Clause.of(second.word(), 1));
  }

  private static PromptTask counting(Shape shape, int count) {
    GenEvalMetadata metadata =
        new GenEvalMetadata(
            Tag.COUNTING.word(),
            List.of(Clause.of(shape.word(), count)),
            List.of(Clause.of(shape.word(), count + 1)));
    String prompt = PHOTO + Words.number(count) + " " + Words.plural(shape.word());
    return new PromptTask(Tag.COUNTING, prompt, metadata);
  }

  private static PromptTask colors(Colour colour, Shape shape) {
    return of(
        Tag.COLORS, coloured(colour, shape), Clause.of(shape.word(), 1).withColor(colour.word()));
  }

  private static PromptTask position(Shape shape, Relation relation, Shape target) {
    return of(
        Tag.POSITION,
        Words.withArticle(shape.word())
            + " "
            + relation.words()
            + " "
            + Words.withArticle(target.word()),
        Clause.of(target.word(), 1),
        Clause.of(shape.word(), 1).withPosition(relation, 0));
  }

  private static PromptTask colorAttr(
      Colour firstColour, Shape first, Colour secondColour, Shape second) {
    return of(
        Tag.COLOR_ATTR,
        coloured(firstColour, first) + " and " + coloured(secondColour, second),
        Clause.of(first.word(), 1).withColor(firstColour.word()),
        Clause.of(second.word(), 1).withColor(secondColour.word()));
  }

  private static String coloured(Colour colour, Shape shape) {
    return Words.withArticle(colour.word() + " " + shape.word());
  }

  private static PromptTask of(Tag tag, String phrase, Clause... include) {
    return new PromptTask(
        tag, PHOTO + phrase, new GenEvalMetadata(tag.word(), List.of(include), List.of()));
  }

  /**
   * A plan that satisfies the prompt and holds nothing else: what the prompt leaves open is drawn.
   * Objects of a position prompt share a row or a column.
   */
  public Plan plan(CounterRandom random) {
    List<Place> places =
        tag == Tag.POSITION
            ? drawRelatedPlaces(relation(), random)
            : Scene.drawPlaces(Place.values().length, random);
    List<PlannedObject> objects = new ArrayList<>();
    for (Clause clause : metadata.include()) {
      for (int i = 0; i < clause.count(); i++) {
        Colour colour = clause.color().flatMap(Colour::find).orElse(Scene.drawColour(random));
        objects.add(new PlannedObject(colour, shapeOf(clause), places.get(objects.size())));
      }
    }
    return new Plan(objects);
  }

  /** A scene that satisfies the prompt and holds nothing else. */
  public Scene scene(CounterRandom random) {
    return plan(random).scene(random);
  }

  /** Whether the scene satisfies the prompt by the benchmark's rule. */
  public boolean isSatisfiedBy(Scene scene) {
    return GenEvalRules.strict(metadata, scene.detections()).correct();
  }

  /** The relation that a position prompt asks of (second object, first object). */
  Relation relation() {
    return metadata.include().get(1).position().orElseThrow().relation();
  }

  static Shape shapeOf(Clause clause) {
    return Shape.find(clause.objectClass())
        .orElseThrow(
            () -> new IllegalArgumentException("Not a ShapeWorld class: " + clause.objectClass()));
  }

  /** Places of (target, object), in one row or column, such that the object is in the relation. */
  private static List<Place> drawRelatedPlaces(Relation relation, CounterRandom random) {
    List<List<Place>> choices = new ArrayList<>();
    for (Place target : Place.values()) {
      for (Place object : Place.values()) {
        if (object.isBeside(target) && object.is(relation, target)) {
          choices.add(List.of(target, object));
        }
      }
    }
    return random.pick(choices);
  }
}
