package dev.tandem.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.ComputeSettings;
import org.junit.jupiter.api.Test;

class DevicePoliciesTest {
  @Test
  void outsideATaskThePlaceIsAsConfigured() {
    assertThat(new DevicePolicies(ComputeSettings.AUTO).place()).isEqualTo("auto AUTO");
  }
}
