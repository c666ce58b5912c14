package dev.tandem.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.policy.Guidance.Renorm;
import org.junit.jupiter.api.Test;

class GuidanceTest {
  @Test
  void appliesAboveTheLowerTimeAndUpToTheUpperOne() {
    Guidance guidance = new Guidance(4, 1.5, 0.4, 0.9, Renorm.GLOBAL, 0);

    assertThat(guidance.isActiveAt(0.4)).isFalse();
    assertThat(guidance.isActiveAt(Math.nextUp(0.4))).isTrue();
    assertThat(guidance.isActiveAt(0.9)).isTrue();
    assertThat(guidance.isActiveAt(Math.nextUp(0.9))).isFalse();
  }

  @Test
  void scalesOfOneNeedNoFurtherEvaluation() {
    assertThat(Guidance.NONE.isActive()).isFalse();
    assertThat(Guidance.NONE.isActiveAt(0.7)).isFalse();
    assertThat(Guidance.NONE.dropsImage()).isFalse();
    assertThat(new Guidance(4, 1, 0, 1, Renorm.GLOBAL, 0).dropsImage()).isFalse();
    assertThat(new Guidance(4, 1.5, 0, 1, Renorm.GLOBAL, 0).dropsImage()).isTrue();
  }

  @Test
  void imageGuidanceNeedsTextGuidance() {
    Guidance guidance = new Guidance(1, 1.5, 0, 1, Renorm.GLOBAL, 0);

    assertThat(guidance.isActiveAt(0.7)).isFalse();
    assertThat(guidance.dropsImage()).isFalse();
  }

  @Test
  void refusesWhatIsNoGuidance() {
    assertThatThrownBy(() -> new Guidance(0.5, 1, 0, 1, Renorm.GLOBAL, 0))
        .hasMessageContaining("text_scale 0.5");
    assertThatThrownBy(() -> new Guidance(4, Double.NaN, 0, 1, Renorm.GLOBAL, 0))
        .hasMessageContaining("image_scale NaN");
    assertThatThrownBy(() -> new Guidance(4, 1, 0.4, 0.4, Renorm.GLOBAL, 0))
        .hasMessageContaining("low 0.4, high 0.4");
    assertThatThrownBy(() -> new Guidance(4, 1, 0, 1, Renorm.GLOBAL, -0.1))
        .hasMessageContaining("renorm_minimum -0.1");
  }
}
