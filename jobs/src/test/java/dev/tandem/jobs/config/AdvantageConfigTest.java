package dev.tandem.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.reward.AdvantageSettings;
import dev.tandem.reward.Estimator;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdvantageConfigTest {
  @Test
  void theDefaultsAreThoseOfTheRewardStage() {
    assertThat(load().advantage()).isEqualTo(AdvantageSettings.DEFAULT);
  }

  @ParameterizedTest
  @EnumSource(Estimator.class)
  void everyEstimatorCanBeNamedAndIsExplained(Estimator estimator) throws IOException {
    String name = estimator.name().toLowerCase(Locale.ROOT);
    assertThat(load("advantage.estimator=" + name).advantage().estimator()).isEqualTo(estimator);
    assertThat(explanation()).containsPattern("(?m)# " + name + " ");
  }

  @Test
  void anUnknownEstimatorNamesTheKnownOnes() {
    String known =
        Arrays.stream(Estimator.values())
            .map(estimator -> estimator.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    assertThatThrownBy(() -> load("advantage.estimator=grpo"))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("advantage.estimator")
        .hasMessageContaining(known);
  }

  private static String explanation() throws IOException {
    try (InputStream in = TandemConfig.class.getResourceAsStream("defaults.yaml")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static TandemConfig load(String... assignments) {
    return ConfigLoader.load(null, null, new Properties(), List.of(assignments));
  }
}
