package dev.tandem.learner.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.learner.objective.LatentKl;
import dev.tandem.learner.objective.StepScaling;
import dev.tandem.learner.objective.TextAggregation;
import dev.tandem.learner.testing.LearnerConfigs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class LearnerConfigTest {

  @Test
  void autoMeansCurrentForOneStepAndReplayForMore() {
    assertThat(LearnerConfigs.with(Anchor.AUTO, 1, 1, 1).resolvedAnchor())
        .isEqualTo(Anchor.CURRENT);
    assertThat(LearnerConfigs.with(Anchor.AUTO, 2, 1, 1).resolvedAnchor()).isEqualTo(Anchor.REPLAY);
    assertThat(LearnerConfigs.with(Anchor.AUTO, 1, 2, 1).resolvedAnchor()).isEqualTo(Anchor.REPLAY);
    assertThat(LearnerConfigs.with(Anchor.ROLLOUT, 1, 1, 1).resolvedAnchor())
        .isEqualTo(Anchor.ROLLOUT);
  }

  @Test
  void executorsReceiveTheSameSettings() throws Exception {
    LearnerConfig config = LearnerConfigs.with(Anchor.AUTO, 2, 1, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(config);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(config);
    }
  }

  @Test
  void currentAnchorForSeveralStepsIsRefused() {
    assertThatThrownBy(() -> LearnerConfigs.with(Anchor.CURRENT, 2, 1, 1))
        .hasMessageStartingWith("Invalid anchor: current with 2 optimizer steps a batch");
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new TextLossConfig(-1, 0.2, TextAggregation.TOKEN_MEAN, 0))
        .hasMessage("Invalid clip_low: -1.0 (must be at least 0)");
    assertThatThrownBy(() -> new ImageLossConfig(1, 1e-6, true, StepScaling.NONE, Double.NaN))
        .hasMessage("Invalid velocity_mse_weight: NaN (must be at least 0)");
    assertThatThrownBy(() -> LearnerConfigs.with(Anchor.AUTO, 0, 1, 1))
        .hasMessage("Invalid ppo_epochs: 0 (must be at least 1)");
  }

  @Test
  void startPolicyIsNeededOnlyForRegularisers() {
    assertThat(LearnerConfigs.with(Anchor.AUTO, 1, 1, 1).needsReference()).isTrue();
    assertThat(LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(1, 1)).needsReference())
        .isFalse();
    assertThat(
            LearnerConfigs.withRegularisers(
                    LearnerConfigs.withoutRegularisers(LearnerConfigs.optimizer(1, 1)),
                    0,
                    0.1,
                    LatentKl.R3)
                .needsReference())
        .isTrue();
  }
}
