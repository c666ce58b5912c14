package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.testing.Golden;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("golden")
class LayoutGoldenTest {
  private static final String FILE = "bagel/layout.json";

  /** Tables in double precision (the index's tolerance). */
  private static final double TABLE = 1e-12;

  @TestFactory
  Stream<DynamicTest> resizeRule() {
    return Golden.tests(
        FILE,
        "resize_rule",
        golden -> {
          JsonNode in = golden.inputs();
          ResizeRule rule =
              new ResizeRule(
                  in.get("max_size").asInt(),
                  in.get("min_size").asInt(),
                  in.get("stride").asInt(),
                  in.get("max_pixels").asLong());
          assertThat(rule.apply(in.get("width").asInt(), in.get("height").asInt()))
              .isEqualTo(
                  new ResizeRule.Size(
                      golden.outputs().get("width").asInt(),
                      golden.outputs().get("height").asInt()));
        });
  }

  @TestFactory
  Stream<DynamicTest> positionIds() {
    return Stream.concat(
        Golden.tests(
            FILE,
            "position_ids_extrapolate",
            golden -> checkIds(golden, grid(golden).positions(perSide(golden)))),
        Golden.tests(
            FILE,
            "position_ids_interpolate",
            golden -> checkIds(golden, grid(golden).interpolatedPositions(perSide(golden)))));
  }

  private static Grid grid(Golden.Case golden) {
    JsonNode in = golden.inputs();
    return Grid.of(in.get("img_w").asInt(), in.get("img_h").asInt(), in.get("patch").asInt());
  }

  private static int perSide(Golden.Case golden) {
    return golden.inputs().get("max_per_side").asInt();
  }

  private static void checkIds(Golden.Case golden, long[] actual) {
    JsonNode ids = golden.outputs().get("ids");
    assertThat(actual)
        .containsExactly(
            LongStream.range(0, ids.size()).map(i -> ids.get((int) i).asLong()).toArray());
  }

  @TestFactory
  Stream<DynamicTest> patchify() {
    return Golden.tests(
        FILE,
        "patchify",
        golden -> {
          try (PointerScope scope = new PointerScope()) {
            JsonNode image = golden.inputs().get("image");
            Tensor planes =
                Tensor.create(
                    flat(image), 1, image.size(), image.get(0).size(), image.get(0).get(0).size());
            int patch = golden.inputs().get("patch").asInt();
            Tensor patches = Patches.patchify(planes, patch);
            compare(patches, flat(golden.outputs().get("patches")), 0);
            Grid grid = Grid.of((int) planes.size(3), (int) planes.size(2), patch);
            compare(Patches.unpatchify(patches, patch, grid), flat(image), 0);
          }
        });
  }

  /** Documents one after the other; splits fill them in order. */
  @TestFactory
  Stream<DynamicTest> attentionRule() {
    return Golden.tests(
        FILE,
        "attention_rule",
        golden -> {
          List<Integer> documents = owners(golden.inputs().get("document_lens"));
          List<Integer> splits = owners(golden.inputs().get("split_lens"));
          JsonNode modes = golden.inputs().get("attn_modes");
          JsonNode visible = golden.outputs().get("visible");
          for (int q = 0; q < documents.size(); q++) {
            for (int k = 0; k < documents.size(); k++) {
              AttentionMode mode =
                  AttentionMode.valueOf(modes.get(splits.get(k)).asText().toUpperCase(Locale.ROOT));
              boolean seen =
                  documents.get(q).equals(documents.get(k))
                      && AttentionMode.visible(splits.get(q).equals(splits.get(k)), mode, k <= q);
              assertThat(seen).as("%d sees %d", q, k).isEqualTo(visible.get(q).get(k).asInt() == 1);
            }
          }
        });
  }

  /** For each token the number of the part that holds it. */
  private static List<Integer> owners(JsonNode lengths) {
    List<Integer> owners = new ArrayList<>();
    for (int part = 0; part < lengths.size(); part++) {
      for (int i = 0; i < lengths.get(part).asInt(); i++) {
        owners.add(part);
      }
    }
    return owners;
  }

  @TestFactory
  Stream<DynamicTest> tables() {
    return Stream.concat(
        Golden.tests(
            FILE,
            "sincos_2d",
            golden ->
                assertThat(
                        PositionTables.grid(
                            golden.inputs().get("grid_size").asInt(),
                            golden.inputs().get("embed_dim").asInt()))
                    .containsExactly(flat(golden.outputs().get("table")), within(TABLE))),
        Golden.tests(
            FILE,
            "timestep_embedding",
            golden ->
                assertThat(
                        PositionTables.timesteps(
                            flat(golden.inputs().get("t")), golden.inputs().get("dim").asInt()))
                    .containsExactly(flat(golden.outputs().get("features")), within(TABLE))));
  }

  private static void compare(Tensor actual, double[] expected, double tolerance) {
    double[] values = new double[expected.length];
    DoubleBuffer buffer = actual.contiguous().createBuffer();
    buffer.get(values);
    assertThat(values).containsExactly(expected, within(tolerance));
  }

  private static double[] flat(JsonNode node) {
    return node.isArray()
        ? Stream.iterate(0, i -> i + 1)
            .limit(node.size())
            .flatMapToDouble(i -> Arrays.stream(flat(node.get(i))))
            .toArray()
        : new double[] {node.asDouble()};
  }
}
