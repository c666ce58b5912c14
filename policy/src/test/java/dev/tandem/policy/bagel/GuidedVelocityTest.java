package dev.tandem.policy.bagel;

import static dev.tandem.testing.GoldenValues.assertFlatClose;
import static dev.tandem.testing.GoldenValues.doubles;
import static dev.tandem.testing.GoldenValues.ints;
import static dev.tandem.testing.GoldenValues.number;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.Guidance.Renorm;
import dev.tandem.policy.Torch;
import dev.tandem.testing.Golden;
import java.nio.DoubleBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class GuidedVelocityTest {
  /** That of the golden index, for float64. */
  private static final double TOLERANCE = 1e-10;

  /** Central differences in float64 with a step of 1e-6. */
  private static final double DIFFERENCE = 1e-6;

  private static final double DIFFERENCE_TOLERANCE = 1e-7;

  /** The guard against a division by zero shortens a norm of the order of 1 by 1e-8. */
  private static final double GUARD = 1e-7;

  @BeforeAll
  static void load() {
    Torch.use();
  }

  /** What R3's sampler did, scales of 1 and outside of its batch included. */
  @Tag("golden")
  @TestFactory
  Stream<DynamicTest> r3Rollout() {
    return Golden.tests("r3/apply_cfg.json", "rollout_cfg", GuidedVelocityTest::checkRollout);
  }

  private static void checkRollout(Golden.Case golden) {
    JsonNode in = golden.inputs();
    Guidance guidance = guidance(in, in.get("cfg_renorm_type").asText());
    int images = in.get("batch_of_equal_images").intValue();
    try (PointerScope scope = new PointerScope()) {
      Tensor full = images(in.get("v"), images);
      Tensor textDropped = images(in.get("v_text_dropped"), images);
      Tensor imageDropped = guidance.dropsImage() ? images(in.get("v_img_dropped"), images) : null;
      Tensor found =
          guidance.isActiveAt(1)
              ? new GuidedVelocity(guidance).combine(full, textDropped, imageDropped)
              : full;
      assertFlatClose("v", values(found), golden.outputs().get("v"), TOLERANCE);
    }
  }

  /**
   * What R3's training pass computes from packed rows. Where it has all three velocities it agrees
   * with the formula, text scale 1 included, which the sampler never guides. Where it has the full
   * and the text-dropped one only, it ignores the latter and so replays another velocity than the
   * sampler used: there the published output is the unguided velocity, and ours is guided.
   */
  @Tag("golden")
  @TestFactory
  Stream<DynamicTest> r3TrainingPass() {
    return Golden.tests("r3/apply_cfg.json", "apply_cfg", GuidedVelocityTest::checkTrainingPass);
  }

  private static void checkTrainingPass(Golden.Case golden) {
    JsonNode in = golden.inputs();
    int row = 0;
    for (JsonNode ranges : in.get("condition_token_indexes")) {
      try (PointerScope scope = new PointerScope()) {
        Tensor full = rows(in, ranges, 0);
        int size = Math.toIntExact(full.size(1));
        Tensor found = full;
        if (ranges.size() == 3) {
          Guidance guidance = guidance(in, in.get("cfg_renorm_type_edit").asText());
          Tensor imageDropped = guidance.imageScale() > 1 ? rows(in, ranges, 2) : null;
          found = new GuidedVelocity(guidance).combine(full, rows(in, ranges, 1), imageDropped);
        } else if (ranges.size() == 2 && number(in.get("cfg_text_scale")) > 1) {
          Guidance guidance = guidance(in, in.get("cfg_renorm_type_gen").asText());
          Tensor ours = new GuidedVelocity(guidance).combine(full, rows(in, ranges, 1), null);
          assertThat(values(ours)).isNotEqualTo(values(full));
        }
        double[] v = values(found);
        int channels = v.length / size;
        double[] expected = doubles(golden.outputs().get("v"));
        for (int i = 0; i < v.length; i++) {
          double wanted = expected[row * channels + i];
          assertThat(Math.abs(v[i] - wanted))
              .as("v[%d]", row * channels + i)
              .isLessThanOrEqualTo(TOLERANCE * (1 + Math.abs(wanted)));
        }
        row += size;
      }
    }
    assertThat(golden.outputs().get("v")).hasSize(row);
  }

  @Test
  void imagesOfABatchAreShortenedApart() {
    try (PointerScope scope = new PointerScope()) {
      Tensor full = random(1);
      Tensor textDropped = random(2);
      Tensor imageDropped = random(3);
      for (Renorm renorm : Renorm.values()) {
        GuidedVelocity guided = new GuidedVelocity(new Guidance(3, 2, 0, 1, renorm, 0));
        double[] together = values(guided.combine(full, textDropped, imageDropped));
        int size = together.length / 2;
        for (int image = 0; image < 2; image++) {
          Tensor alone =
              guided.combine(
                  full.narrow(0, image, 1),
                  textDropped.narrow(0, image, 1),
                  imageDropped.narrow(0, image, 1));
          assertThat(values(alone))
              .isEqualTo(Arrays.copyOfRange(together, image * size, (image + 1) * size));
        }
      }
    }
  }

  @Test
  void equalVelocitiesStayWhatTheyAre() {
    try (PointerScope scope = new PointerScope()) {
      Tensor v = random(1);
      for (Renorm renorm : Renorm.values()) {
        GuidedVelocity guided = new GuidedVelocity(new Guidance(4, 1.5, 0, 1, renorm, 0));
        assertCloseTo(values(guided.combine(v, v, v)), values(v), GUARD);
      }
    }
  }

  /** A gradient must flow through every velocity and through the norms. */
  @Test
  void gradientsAreThoseOfDifferences() {
    for (Renorm renorm : Renorm.values()) {
      GuidedVelocity guided = new GuidedVelocity(new Guidance(3, 2, 0, 1, renorm, 0));
      for (int argument = 0; argument < 3; argument++) {
        try (PointerScope scope = new PointerScope()) {
          Tensor[] velocities = {random(1), random(2), random(3)};
          velocities[argument].set_requires_grad(true);
          loss(guided, velocities).backward();
          double[] gradient = values(velocities[argument].grad());
          velocities[argument] = velocities[argument].detach();
          for (int i : new int[] {0, 7, gradient.length - 1}) {
            double expected = difference(guided, velocities, argument, i);
            assertCloseTo(
                new double[] {gradient[i]}, new double[] {expected}, DIFFERENCE_TOLERANCE);
          }
        }
      }
    }
  }

  @Test
  void halfPrecisionIsKept() {
    try (PointerScope scope = new PointerScope()) {
      Tensor v = random(1).to(torch.ScalarType.BFloat16);
      Tensor dropped = random(2).to(torch.ScalarType.BFloat16);
      Guidance guidance = new Guidance(4, 1, 0, 1, Renorm.CHANNEL, 0);

      assertThat(new GuidedVelocity(guidance).combine(v, dropped, null).scalar_type().intern())
          .isEqualTo(torch.ScalarType.BFloat16);
    }
  }

  /** A weighted sum, so that no element's gradient cancels. */
  private static Tensor loss(GuidedVelocity guided, Tensor[] velocities) {
    return guided.combine(velocities[0], velocities[1], velocities[2]).mul(random(4)).sum();
  }

  private static double difference(
      GuidedVelocity guided, Tensor[] velocities, int argument, int element) {
    double[] losses = new double[2];
    for (int side = 0; side < 2; side++) {
      Tensor[] moved = velocities.clone();
      double[] numbers = values(velocities[argument]);
      numbers[element] += (side == 0 ? 1 : -1) * DIFFERENCE;
      moved[argument] = Tensor.create(numbers, velocities[argument].shape());
      losses[side] = values(loss(guided, moved))[0];
    }
    return (losses[0] - losses[1]) / (2 * DIFFERENCE);
  }

  private static Guidance guidance(JsonNode in, String renorm) {
    return new Guidance(
        number(in.get("cfg_text_scale")),
        number(in.get("cfg_img_scale")),
        0,
        1,
        Renorm.valueOf(renorm.toUpperCase(Locale.ROOT)),
        number(in.get("cfg_renorm_min")));
  }

  /** Packed rows of images of one size as {@code [B, N, C]}. */
  private static Tensor images(JsonNode rows, int images) {
    return Tensor.create(doubles(rows), images, rows.size() / images, rows.get(0).size());
  }

  private static Tensor rows(JsonNode in, JsonNode ranges, int branch) {
    int[] range = ints(ranges.get(branch));
    JsonNode all = in.get("v_pred");
    int channels = all.get(0).size();
    double[] values = Arrays.copyOfRange(doubles(all), range[0] * channels, range[1] * channels);
    return Tensor.create(values, 1, range[1] - range[0], channels);
  }

  /** Two images of three tokens of four channels. */
  private static Tensor random(int seed) {
    double[] values = new java.util.Random(seed).doubles(24, -2, 2).toArray();
    return Tensor.create(values, 2, 3, 4);
  }

  private static double[] values(Tensor tensor) {
    Tensor plain = tensor.detach().contiguous();
    double[] values = new double[Math.toIntExact(plain.numel())];
    DoubleBuffer buffer = plain.createBuffer();
    buffer.get(values);
    return values;
  }

  private static void assertCloseTo(double[] found, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(found[i] - expected[i]))
          .as("[%d]: found %s, expected %s", i, found[i], expected[i])
          .isLessThanOrEqualTo(tolerance * (1 + Math.abs(expected[i])));
    }
  }
}
