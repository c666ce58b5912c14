package dev.tandem.reward;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** verl's and verl-omni's advantages, through the query that a run uses. */
@Tag("golden")
class VerlAdvantagesGoldenTest {
  /** Float64 on both sides; the order of the sums differs. */
  private static final double TOLERANCE = 1e-10;

  /** Float64 on both sides; the file also holds losses, which are less sharp. */
  private static final double OMNI_TOLERANCE = 1e-9;

  private static final double WHITENING_EPSILON = 1e-8;

  @TestFactory
  Stream<DynamicTest> agreesWithVerl() {
    List<Golden.Case> cases = Golden.cases("verl/advantages.json");
    GoldenAdvantages advantages = new GoldenAdvantages();
    Map<Golden.Case, GoldenBatch> batches = new LinkedHashMap<>();
    for (Golden.Case golden : cases) {
      if (isOffered(golden)) {
        GoldenBatch batch = tokens(golden);
        batches.put(golden, batch);
        batch.addTo(advantages, settings(golden));
      }
    }
    Map<String, List<Row>> rows = advantages.compute();
    return cases.stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.id(),
                    () -> {
                      Assumptions.assumeTrue(
                          isOffered(golden),
                          "Skipped: not offered, its advantage differs from token to token");
                      check(golden, batches.get(golden), rows);
                    }));
  }

  @TestFactory
  Stream<DynamicTest> agreesWithVerlOmni() {
    List<Golden.Case> cases = Golden.cases("verl_omni/losses.json", "flow_grpo_outcome_advantage");
    GoldenAdvantages advantages = new GoldenAdvantages();
    cases.forEach(golden -> outcomes(golden).addTo(advantages, omniSettings(golden.inputs())));
    Map<String, List<Row>> rows = advantages.compute();
    return cases.stream()
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.id(),
                    () ->
                        outcomes(golden)
                            .check(
                                rows,
                                GoldenValues.doubles(golden.outputs().get("advantages")),
                                OMNI_TOLERANCE)));
  }

  private static boolean isOffered(Golden.Case golden) {
    return !golden.inputs().has("gamma") || golden.inputs().get("gamma").doubleValue() == 1;
  }

  private static AdvantageSettings settings(Golden.Case golden) {
    SettingsBuilder settings =
        switch (golden.fn()) {
          case "grpo" ->
              SettingsBuilder.of(
                      golden.inputs().get("norm_by_std").booleanValue()
                          ? Estimator.ZSCORE
                          : Estimator.MEAN)
                  .epsilon(golden.inputs().get("epsilon").doubleValue())
                  .byFormula();
          case "rloo" -> SettingsBuilder.of(Estimator.RLOO).byFormula();
          case "rloo_vectorized" -> SettingsBuilder.of(Estimator.RLOO);
          case "opo" -> SettingsBuilder.of(Estimator.OPO).byFormula();
          case "gpg" -> SettingsBuilder.of(Estimator.GPG).byFormula();
          case "remax" -> SettingsBuilder.of(Estimator.REWARD).byFormula();
          case "reinforce_pp" ->
              SettingsBuilder.of(Estimator.REINFORCE_PP)
                  .epsilonInside(WHITENING_EPSILON)
                  .byFormula();
          case "reinforce_pp_baseline" ->
              SettingsBuilder.of(Estimator.REINFORCE_PP_BASELINE)
                  .epsilonInside(WHITENING_EPSILON)
                  .byFormula();
          default -> throw new AssertionError("Unknown function in " + golden);
        };
    return settings.build();
  }

  /** An outcome's reward is the sum over its tokens; a masked sequence has none, so reward 0. */
  private static GoldenBatch tokens(Golden.Case golden) {
    JsonNode inputs = golden.inputs();
    double[][] tokens = GoldenValues.matrix(inputs.get("token_level_rewards"));
    GoldenBatch batch =
        GoldenBatch.of(golden.id(), groups(inputs), sums(tokens))
            .withLengths(lengths(GoldenValues.matrix(inputs.get("response_mask"))));
    return inputs.has("reward_baselines")
        ? batch.subtracting(GoldenValues.doubles(inputs.get("reward_baselines")))
        : batch;
  }

  /** Every token of a response has the sequence's advantage, every other token 0. */
  private static void check(Golden.Case golden, GoldenBatch batch, Map<String, List<Row>> rows) {
    if (golden.outputs().has("error")) {
      batch.checkDefined(rows); // whitening a single token is an error there
      return;
    }
    double[][] mask = GoldenValues.matrix(golden.inputs().get("response_mask"));
    double[][] expected = GoldenValues.matrix(golden.outputs().get("advantages"));
    double[] sequences = new double[mask.length];
    List<Row> members = batch.rows(rows);
    for (int i = 0; i < mask.length; i++) {
      Double computed = members.get(i).getAs("text_advantage");
      // A sequence without a token shows nothing of its advantage.
      sequences[i] = computed == null ? Double.NaN : computed;
      for (int token = 0; token < mask[i].length; token++) {
        if (mask[i][token] != 0) {
          sequences[i] = expected[i][token];
        } else if (!Double.isNaN(expected[i][token])) {
          assertThat(expected[i][token]).isZero();
        }
      }
    }
    batch.check(rows, sequences, TOLERANCE);
  }

  private static GoldenBatch outcomes(Golden.Case golden) {
    JsonNode inputs = golden.inputs();
    return GoldenBatch.of(golden.id(), groups(inputs), GoldenValues.doubles(inputs.get("rewards")));
  }

  private static AdvantageSettings omniSettings(JsonNode inputs) {
    Estimator scaled =
        inputs.get("global_std").booleanValue() ? Estimator.BATCH_STD : Estimator.ZSCORE;
    return SettingsBuilder.of(inputs.get("norm_by_std").booleanValue() ? scaled : Estimator.MEAN)
        .epsilon(inputs.get("epsilon").doubleValue())
        .build();
  }

  private static List<String> groups(JsonNode inputs) {
    return GoldenValues.strings(inputs.get("index"));
  }

  private static double[] sums(double[][] rows) {
    return Arrays.stream(rows).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
  }

  private static int[] lengths(double[][] mask) {
    return Arrays.stream(sums(mask)).mapToInt(sum -> (int) Math.round(sum)).toArray();
  }
}
