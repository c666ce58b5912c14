package dev.tandem.shapeworld;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.schemas.random.RandomKey;
import dev.tandem.shapeworld.geneval.Relation;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class QuestionTest {
  private static final int DRAWS = 8_000;

  /** Four standard deviations of a share of one quarter over {@link #DRAWS} draws. */
  private static final double SHARE_TOLERANCE = 4 * Math.sqrt(0.25 * 0.75 / DRAWS);

  /** The same for a kind that takes at least a tenth of the draws. */
  private static final double RARE_SHARE_TOLERANCE = SHARE_TOLERANCE * Math.sqrt(10);

  @Test
  void readsAsStemAndFourLetteredOptions() {
    Question question =
        new Question(QuestionKind.COUNT, "How many?", List.of("1", "3", "2", "4"), 2);
    assertThat(question.text()).isEqualTo("How many?\nA. 1\nB. 3\nC. 2\nD. 4");
    assertThat(question.answer()).isEqualTo("C");
  }

  /** Answers the question from the scene by its words alone. */
  @Property(tries = 3_000)
  void exactlyTheAnswerIsTrueOfTheScene(@ForAll long seed) {
    Scene scene = Scene.draw(RandomKey.of(seed).random());
    Question question = QuestionKind.drawQuestion(scene, RandomKey.of(seed).with(1).random());
    List<String> truths = truths(scene, question.stem());
    assertThat(question.options().stream().filter(truths::contains))
        .as("%s of %s", question, scene)
        .containsExactly(question.options().get(question.answerIndex()));
  }

  @Test
  void demonstratedAnswersAreWrongAsOftenAsDocumentedAndOnlyWhereTheFaultCanShow() {
    Map<QuestionKind, Integer> asked = new EnumMap<>(QuestionKind.class);
    Map<QuestionKind, Integer> wrong = new EnumMap<>(QuestionKind.class);
    for (int i = 0; i < DRAWS; i++) {
      RandomKey key = RandomKey.of(6).with(i);
      Question question = QuestionKind.drawQuestion(Scene.draw(key.random()), key.with(1).random());
      if (question.options().get(question.answerIndex()).equals("1")) {
        continue;
      }
      asked.merge(question.kind(), 1, Integer::sum);
      String shown = AnswerFault.demonstratedAnswer(question, key.with(2).random());
      if (!shown.equals(question.answer())) {
        wrong.merge(question.kind(), 1, Integer::sum);
      }
    }
    assertThat(wrong.keySet()).containsExactly(QuestionKind.COUNT, QuestionKind.RELATION);
    for (AnswerFault fault : AnswerFault.values()) {
      double share = (double) wrong.get(fault.kind()) / asked.get(fault.kind());
      assertThat(share).isCloseTo(fault.probability(), within(RARE_SHARE_TOLERANCE));
    }
  }

  @Test
  void aFaultyAnswerCountsOneTooFewOrNamesTheObjectAskedAbout() {
    Question count =
        new Question(QuestionKind.COUNT, "How many shapes?", List.of("1", "3", "2", "4"), 1);
    assertThat(AnswerFault.ONE_TOO_FEW.wrongOption(count)).contains(2);
    Question one =
        new Question(QuestionKind.COUNT, "How many shapes?", List.of("1", "3", "2", "4"), 0);
    assertThat(AnswerFault.ONE_TOO_FEW.wrongOption(one)).isEmpty();
    Question relation =
        new Question(
            QuestionKind.RELATION,
            "What is left of the red circle?",
            List.of("red star", "blue ring", "pink cross", "red circle"),
            0);
    assertThat(AnswerFault.NEIGHBOUR_MISTAKEN.wrongOption(relation)).contains(3);
  }

  private static List<String> truths(Scene scene, String stem) {
    if (stem.startsWith("How many")) {
      return List.of(String.valueOf(scene.objects().size()));
    }
    Stream<PlannedObject> named = scene.kinds().filter(o -> asksAbout(stem, o));
    if (stem.startsWith("What color")) {
      return named.map(o -> o.colour().word()).toList();
    }
    if (stem.startsWith("Which shape")) {
      return named.map(o -> o.shape().word()).toList();
    }
    if (stem.startsWith("Where")) {
      return named.map(o -> o.place().words()).toList();
    }
    return named.flatMap(target -> related(scene, target, stem)).toList();
  }

  private static boolean asksAbout(String stem, PlannedObject object) {
    return stem.endsWith("the " + object.shape().word() + "?")
        || stem.endsWith("is " + object.colour().word() + "?")
        || stem.endsWith("the " + object.name() + "?");
  }

  private static Stream<String> related(Scene scene, PlannedObject target, String stem) {
    Relation relation =
        Stream.of(Relation.values())
            .filter(r -> stem.contains(r.words()))
            .findFirst()
            .orElseThrow();
    return scene
        .kinds()
        .filter(o -> o.place().is(relation, target.place()))
        .map(PlannedObject::name);
  }

  @Test
  void lettersAreEquallyLikelyAndEveryKindOccurs() {
    Map<String, Integer> letters = new TreeMap<>();
    Map<QuestionKind, Integer> kinds = new EnumMap<>(QuestionKind.class);
    for (int i = 0; i < DRAWS; i++) {
      Question question = Sample.draw(RandomKey.of(6).with(i)).question();
      letters.merge(question.answer(), 1, Integer::sum);
      kinds.merge(question.kind(), 1, Integer::sum);
    }
    assertThat(letters.keySet()).containsExactly("A", "B", "C", "D");
    assertThat(letters.values())
        .allSatisfy(n -> assertThat((double) n / DRAWS).isCloseTo(0.25, within(SHARE_TOLERANCE)));
    assertThat(kinds.keySet()).containsExactly(QuestionKind.values());
  }
}
