package dev.tandem.shapeworld;

import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.shapeworld.geneval.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** What multiple-choice questions ask about an image. */
public enum QuestionKind {
  /** "How many shapes are in the image?". */
  COUNT {
    @Override
    Optional<Question> draw(Scene scene, CounterRandom random) {
      List<String> numbers = List.of("1", "2", "3", "4");
      String answer = String.valueOf(scene.objects().size());
      return Optional.of(question("How many shapes are in the image?", answer, numbers, random));
    }
  },
  /** "What color is the circle?", of a shape that occurs once. */
  COLOUR {
    @Override
    Optional<Question> draw(Scene scene, CounterRandom random) {
      return pickUnique(scene, PlannedObject::shape, random)
          .map(
              object ->
                  question(
                      "What color is the " + object.shape().word() + "?",
                      object.colour().word(),
                      Stream.of(Colour.values()).map(Colour::word).toList(),
                      random));
    }
  },
  /** "Which shape is red?", of a colour that occurs once. */
  SHAPE {
    @Override
    Optional<Question> draw(Scene scene, CounterRandom random) {
      return pickUnique(scene, PlannedObject::colour, random)
          .map(
              object ->
                  question(
                      "Which shape is " + object.colour().word() + "?",
                      object.shape().word(),
                      Stream.of(Shape.values()).map(Shape::word).toList(),
                      random));
    }
  },
  /** "Where is the red circle?", of an object that occurs once. */
  PLACE {
    @Override
    Optional<Question> draw(Scene scene, CounterRandom random) {
      return pickUnique(scene, PlannedObject::name, random)
          .map(
              object ->
                  question(
                      "Where is the " + object.name() + "?",
                      object.place().words(),
                      Stream.of(Place.values()).map(Place::words).toList(),
                      random));
    }
  },
  /** "What is left of the red circle?", where exactly one object is. */
  RELATION {
    @Override
    Optional<Question> draw(Scene scene, CounterRandom random) {
      List<RelatedPair> pairs = RelatedPair.unambiguous(scene);
      if (pairs.isEmpty()) {
        return Optional.empty();
      }
      RelatedPair pair = random.pick(pairs);
      String stem = "What is " + pair.relation().words() + " the " + pair.target().name() + "?";
      return Optional.of(question(stem, pair.object().name(), allNames(scene, random), random));
    }
  };

  /** A question of this kind, or none where the scene allows no unambiguous one. */
  abstract Optional<Question> draw(Scene scene, CounterRandom random);

  /** A question of a random kind among those that the scene allows. */
  public static Question drawQuestion(Scene scene, CounterRandom random) {
    List<QuestionKind> kinds = new ArrayList<>(List.of(values()));
    random.shuffle(kinds);
    for (QuestionKind kind : kinds) {
      Optional<Question> question = kind.draw(scene, random);
      if (question.isPresent()) {
        return question.get();
      }
    }
    throw new AssertionError("A scene can always be counted");
  }

  /** Mixes the answer among three wrong choices, so that every letter is equally likely. */
  private static Question build(
      QuestionKind kind, String stem, String answer, List<String> wrong, CounterRandom random) {
    List<String> options = new ArrayList<>(wrong.subList(0, Question.OPTIONS - 1));
    int answerIndex = random.nextInt(Question.OPTIONS);
    options.add(answerIndex, answer);
    return new Question(kind, stem, options, answerIndex);
  }

  /** A question whose wrong options are drawn from the choices. */
  Question question(String stem, String answer, List<String> choices, CounterRandom random) {
    List<String> wrong = new ArrayList<>(choices);
    wrong.remove(answer);
    random.shuffle(wrong);
    return build(this, stem, answer, wrong, random);
  }

  /** An object whose value of the property no other object of the scene has. */
  static Optional<PlannedObject> pickUnique(
      Scene scene, Function<PlannedObject, ?> property, CounterRandom random) {
    List<PlannedObject> unique =
        scene.kinds().filter(object -> isUnique(scene, property, object)).toList();
    return unique.isEmpty() ? Optional.empty() : Optional.of(random.pick(unique));
  }

  static boolean isUnique(Scene scene, Function<PlannedObject, ?> property, PlannedObject object) {
    return scene.kinds().filter(o -> property.apply(o).equals(property.apply(object))).count() == 1;
  }

  /** The names of the scene's objects, filled up with names of others to four distinct ones. */
  private static List<String> allNames(Scene scene, CounterRandom random) {
    List<String> names =
        new ArrayList<>(scene.kinds().map(PlannedObject::name).distinct().toList());
    while (names.size() < Question.OPTIONS) {
      String other = Scene.drawColour(random).word() + " " + Scene.drawShape(random).word();
      if (!names.contains(other)) {
        names.add(other);
      }
    }
    return names;
  }

  /**
   * Two objects of a scene.
   *
   * @param object the only one of the scene in the relation to the target
   * @param target an object whose name is unique in the scene
   */
  private record RelatedPair(PlannedObject object, Relation relation, PlannedObject target) {
    static List<RelatedPair> unambiguous(Scene scene) {
      List<RelatedPair> pairs = new ArrayList<>();
      scene
          .kinds()
          .filter(target -> isUnique(scene, PlannedObject::name, target))
          .forEach(
              target -> {
                for (Relation relation : Relation.values()) {
                  List<PlannedObject> related =
                      scene.kinds().filter(o -> o.place().is(relation, target.place())).toList();
                  if (related.size() == 1 && isUnique(scene, PlannedObject::name, related.get(0))) {
                    pairs.add(new RelatedPair(related.get(0), relation, target));
                  }
                }
              });
      return pairs;
    }
  }
}
