package dev.tandem.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextSamplingTest {
  @Test
  void onlyTheEndTokenEndsATextUnlessStopTokensAreNamed() {
    assertThat(TextSampling.greedy(8).stopTokens()).isEmpty();
    assertThat(TextSampling.atTemperature(1, 8).stopTokens()).isEmpty();
    assertThat(new TextSampling(1, 0, 1, 8)).isEqualTo(TextSampling.atTemperature(1, 8));
  }

  @Test
  void refusesWhatIsNoSampling() {
    assertThatThrownBy(() -> new TextSampling(-1, 0, 1, 8)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> new TextSampling(1, 0, 0, 8)).hasMessageContaining("top-p 0.0");
    assertThatThrownBy(() -> new TextSampling(1, 0, 1, 8, List.of(-1)))
        .hasMessageContaining("stop tokens [-1]");
  }
}
