package dev.tandem.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.ComputeDevice;
import dev.tandem.policy.ComputeSettings;
import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class DevicePoliciesTest {

  private static String device(String configured, String... addresses) {
    ResourceInformation gpus = new ResourceInformation("gpu", addresses);
    return DevicePolicies.device(ComputeDevice.parse(configured), gpus).toString();
  }

  @Test
  void theGpuThatSparkAssignsWinsUnlessOneWasNumbered() {
    assertThat(device("cuda", "3", "4")).isEqualTo("cuda:3");
    assertThat(device("cuda:1", "3")).isEqualTo("cuda:1");
    assertThat(device("cpu", "3")).isEqualTo("cpu");
  }

  @Test
  void withoutAnIndexTheConfigurationHolds() {
    assertThat(device("cuda")).isEqualTo("cuda");
    assertThat(device("cuda", "GPU-7f2a")).isEqualTo("cuda");
    assertThat(DevicePolicies.device(ComputeDevice.parse("cuda"), null)).hasToString("cuda");
  }

  @Test
  void outsideATaskThePlaceIsAsConfigured() {
    assertThat(new DevicePolicies(ComputeSettings.AUTO).place()).isEqualTo("auto AUTO");
  }
}
