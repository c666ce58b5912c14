package dev.tandem.shapeworld.geneval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class GradedRuleTest {
  private static final List<String> CLASSES = List.of("dog", "cat", "cow");
  private static final List<String> COLORS = List.of("red", "blue");

  @Property
  void isAShareAndOneExactlyWhereTheStrictRuleHolds(
      @ForAll("prompts") GenEvalMetadata metadata, @ForAll("scenes") List<Detection> detections) {
    double graded = GenEvalRules.graded(metadata, detections);
    assertThat(graded).isBetween(0.0, 1.0);
    assertThat(graded == 1).isEqualTo(GenEvalRules.strict(metadata, detections).correct());
    assertThat(GenEvalRules.rewardServer(metadata, detections).score()).isLessThanOrEqualTo(1);
  }

  @Test
  void everyDemandCountsAlike() {
    GenEvalMetadata metadata =
        new GenEvalMetadata(
            "color_attr",
            List.of(Clause.of("dog", 1).withColor("red"), Clause.of("cat", 1).withColor("blue")),
            List.of());
    Detection redDog = new Detection("dog", new Box(0, 0, 9, 9), 0.9, "red");
    Detection redCat = new Detection("cat", new Box(20, 0, 29, 9), 0.9, "red");
    assertThat(GenEvalRules.graded(metadata, List.of())).isZero();
    assertThat(GenEvalRules.graded(metadata, List.of(redDog))).isEqualTo(2.0 / 4);
    assertThat(GenEvalRules.graded(metadata, List.of(redDog, redCat))).isEqualTo(3.0 / 4);
  }

  @Provide
  Arbitrary<GenEvalMetadata> prompts() {
    Arbitrary<Clause> clause =
        Combinators.combine(
                Arbitraries.of(CLASSES),
                Arbitraries.integers().between(1, 3),
                Arbitraries.of(COLORS).optional())
            .as((objectClass, count, color) -> withColor(Clause.of(objectClass, count), color));
    Arbitrary<List<Relation>> relations = Arbitraries.of(Relation.class).list().ofSize(3);
    return Combinators.combine(clause.list().ofMaxSize(3), relations, clause.list().ofMaxSize(1))
        .as(GradedRuleTest::prompt);
  }

  private static Clause withColor(Clause clause, Optional<String> color) {
    return color.map(clause::withColor).orElse(clause);
  }

  private static GenEvalMetadata prompt(
      List<Clause> clauses, List<Relation> relations, List<Clause> exclude) {
    List<Clause> include = new ArrayList<>();
    for (Clause clause : clauses) {
      int index = include.size();
      boolean positioned = index > 0 && relations.get(index).ordinal() % 2 == 0;
      include.add(positioned ? clause.withPosition(relations.get(index), index - 1) : clause);
    }
    String tag = exclude.isEmpty() ? "position" : "counting";
    return new GenEvalMetadata(tag, include, exclude);
  }

  @Provide
  Arbitrary<List<Detection>> scenes() {
    Arbitrary<Integer> coordinate = Arbitraries.integers().between(0, 40);
    return Combinators.combine(
            Arbitraries.of(CLASSES),
            coordinate,
            coordinate,
            Arbitraries.of(0.2, 0.5, 0.95),
            Arbitraries.of(COLORS))
        .as((c, x, y, score, color) -> new Detection(c, new Box(x, y, x + 9, y + 9), score, color))
        .list()
        .ofMaxSize(8);
  }
}
