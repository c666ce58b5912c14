package dev.tandem.learner.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.Torch;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StageGradientsTest {
  private static final double ROUNDING = 1e-15;

  @BeforeAll
  static void loadLibrary() {
    Torch.use();
  }

  @Test
  void cosinesAreOverAllParametersTogether() {
    try (PointerScope scope = new PointerScope()) {
      StageGradients gradients = new StageGradients();
      gradients.add("reason", gradients(new double[] {3, 0}, new double[] {4}));
      gradients.add("understand", gradients(new double[] {0, 2}, new double[] {0}));
      gradients.add("edit", gradients(new double[] {-3, 1}, new double[] {0}));

      assertThat(gradients.cosines().keySet())
          .containsExactly("edit_reason", "edit_understand", "reason_understand");
      assertThat(gradients.cosines().get("reason_understand")).isZero();
      assertThat(gradients.cosines().get("edit_reason"))
          .isCloseTo(-9 / (5 * Math.sqrt(10)), within(ROUNDING));
    }
  }

  @Test
  void theTotalIsTheSumOfAllStages() {
    try (PointerScope scope = new PointerScope()) {
      StageGradients gradients = new StageGradients();
      gradients.add("reason", gradients(new double[] {3, 0}, new double[] {4}));
      gradients.add("understand", gradients(new double[] {1, 2}, new double[] {-4}));

      assertThat(gradients.total().get(0).equal(HostTensors.of(new double[] {4, 2}, 2))).isTrue();
      assertThat(gradients.total().get(1).item_double()).isZero();
    }
  }

  private static List<Tensor> gradients(double[] first, double[] second) {
    return List.of(HostTensors.of(first, first.length), HostTensors.of(second, second.length));
  }
}
