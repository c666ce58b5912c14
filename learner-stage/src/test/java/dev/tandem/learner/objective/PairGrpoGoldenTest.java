package dev.tandem.learner.objective;

import static dev.tandem.testing.GoldenValues.assertClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.number;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.tandem.policy.Torch;
import dev.tandem.testing.Golden;
import java.util.Iterator;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Both tasks of a pair: the pair's weight is in the advantages, the objectives are added. */
@Tag("golden")
class PairGrpoGoldenTest {
  /** The file's own tolerance for float64. */
  private static final double TOLERANCE = 1e-10;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @TestFactory
  Stream<DynamicTest> pairGrpo() {
    return Golden.tests("papers/pairuni.json", "pair_grpo", PairGrpoGoldenTest::check);
  }

  private static void check(Golden.Case golden) {
    try (PointerScope scope = new PointerScope()) {
      double sum = task(golden, "und") + task(golden, "gen");
      assertClose("objective", sum, golden.outputs().path("objective"), TOLERANCE);
      assertClose("loss", -sum, golden.outputs().path("loss"), TOLERANCE);
    }
  }

  private static double task(Golden.Case golden, String side) {
    JsonNode in = golden.inputs();
    JsonNode out = golden.outputs().path(side);
    RaggedText ragged = new RaggedText(members(in.path(side)));
    double[] advantages = doubles(out.path("advantages"));
    TextObjective objective =
        new TextObjective(
            ClipRange.symmetric(number(in.path("clip"))),
            number(in.path("beta")),
            TextAggregation.SEQUENCE_MEAN);
    TextTotals totals = ragged.totals("new_logp");
    Tensor mask = ragged.mask("new_logp");
    TextObjective.Terms terms =
        objective.evaluate(
            new TextObjective.Inputs(
                ragged.tensor("new_logp"),
                ragged.tensor("old_logp"),
                ragged.tensor("ref_logp"),
                mask,
                TestTensors.of(advantages, advantages.length)),
            totals);
    Tensor weights = TextAggregation.SEQUENCE_MEAN.weights(mask, totals);
    double kl = terms.kl().mul(weights).sum().item_double();
    assertClose(side + " kl", kl, out.path("kl"), TOLERANCE);
    double value = terms.objective().item_double();
    assertClose(side + " objective", value, out.path("objective"), TOLERANCE);
    return value;
  }

  /** The file keeps one list per quantity; a member is one row of each. */
  private static JsonNode members(JsonNode side) {
    ArrayNode members = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < side.path("new_logp").size(); i++) {
      var member = members.addObject();
      for (Iterator<String> names = side.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        member.set(name, side.path(name).path(i));
      }
    }
    return members;
  }
}
