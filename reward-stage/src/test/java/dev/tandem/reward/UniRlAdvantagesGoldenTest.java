package dev.tandem.reward;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.reward.AdvantageSettings.Deviation;
import dev.tandem.testing.Golden;
import dev.tandem.testing.GoldenValues;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** UniRL's advantages, through the query that a run uses. */
@Tag("golden")
class UniRlAdvantagesGoldenTest {
  /** Float64 on both sides; the order of the sums differs. */
  private static final double TOLERANCE = 1e-10;

  private static final double DEFAULT_EPSILON = 1e-8;

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    List<Golden.Case> cases = Golden.cases("unirl/advantages.json");
    GoldenAdvantages advantages = new GoldenAdvantages();
    cases.forEach(golden -> batch(golden).addTo(advantages, settings(golden)));
    Map<String, List<Row>> rows = advantages.compute();
    return cases.stream()
        .map(golden -> DynamicTest.dynamicTest(golden.id(), () -> check(golden, rows)));
  }

  private static void check(Golden.Case golden, Map<String, List<Row>> rows) {
    GoldenBatch batch = batch(golden);
    if (golden.outputs().has("error")) {
      // Groups of unequal size are an error there; here a failed reward makes such a group.
      batch.checkDefined(rows);
    } else {
      batch.check(rows, GoldenValues.doubles(golden.outputs().get("advantages")), TOLERANCE);
    }
  }

  private static GoldenBatch batch(Golden.Case golden) {
    double[] rewards = GoldenValues.doubles(golden.inputs().get("rewards"));
    return GoldenBatch.of(golden.id(), groups(golden.inputs(), rewards.length), rewards);
  }

  /** Where no groups are named, each member is one. */
  private static List<String> groups(JsonNode inputs, int size) {
    List<String> alone = IntStream.range(0, size).mapToObj(i -> "member " + i).toList();
    if (inputs.hasNonNull("parent_ids")) {
      return GoldenValues.strings(inputs.get("parent_ids"));
    } else if (!inputs.has("group_indices")) {
      return alone;
    }
    String[] groups = alone.toArray(String[]::new);
    for (JsonNode group : inputs.get("group_indices")) {
      for (int member : GoldenValues.ints(group)) {
        groups[member] = "group of " + group;
      }
    }
    return List.of(groups);
  }

  private static AdvantageSettings settings(Golden.Case golden) {
    JsonNode inputs = golden.inputs();
    return switch (golden.fn()) {
      case "normalize_grouped" -> grouped(inputs);
      case "normalize_global" ->
          SettingsBuilder.of(Estimator.BATCH_ZSCORE)
              .epsilon(inputs.path("epsilon").asDouble(DEFAULT_EPSILON))
              .clip(inputs.path("clip_max").asDouble(0))
              .build();
      case "track_advantages", "track_advantages_edge" -> track(inputs);
      default -> throw new AssertionError("Unknown function in " + golden);
    };
  }

  private static AdvantageSettings grouped(JsonNode inputs) {
    boolean global = inputs.path("use_global_std").asBoolean(false);
    double trim = inputs.path("trim_outliers_ratio").asDouble(0);
    SettingsBuilder settings =
        SettingsBuilder.of(global ? Estimator.BATCH_STD : Estimator.ZSCORE)
            .epsilon(inputs.get("epsilon").doubleValue())
            .clip(inputs.path("clip_max").asDouble(0))
            .trim(trim);
    // There, epsilon is all that is divided by where the members that are left are equal; a group
    // of
    // one has its own reward as mean.
    boolean lone =
        StreamSupport.stream(inputs.get("group_indices").spliterator(), false)
            .anyMatch(group -> group.size() == 1);
    return trim > 0 && !global && !lone ? settings.byFormula().build() : settings.build();
  }

  private static AdvantageSettings track(JsonNode inputs) {
    double epsilon = inputs.path("eps").asDouble(DEFAULT_EPSILON);
    boolean global = inputs.path("scope").asText("group").equals("global");
    if (!inputs.path("normalize").asBoolean(true)) {
      return SettingsBuilder.of(global ? Estimator.BATCH_MEAN : Estimator.MEAN).build();
    } else if (global) {
      return SettingsBuilder.of(Estimator.BATCH_ZSCORE).epsilon(epsilon).build();
    } else if (inputs.path("use_global_std").asBoolean(false)) {
      return SettingsBuilder.of(Estimator.BATCH_STD).epsilon(epsilon).build();
    }
    return SettingsBuilder.of(Estimator.ZSCORE)
        .deviation(Deviation.POPULATION)
        .epsilonInside(epsilon)
        .build();
  }
}
