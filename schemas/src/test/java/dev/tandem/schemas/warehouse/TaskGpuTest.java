package dev.tandem.schemas.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.resource.ResourceInformation;
import org.junit.jupiter.api.Test;

class TaskGpuTest {
  @Test
  void theFirstAddressIsTheIndex() {
    assertThat(TaskGpu.index(gpus("3", "4"))).hasValue(3);
  }

  @Test
  void addressesThatAreNoIndexesAssignNothing() {
    assertThat(TaskGpu.index(gpus())).isEmpty();
    assertThat(TaskGpu.index(gpus("GPU-7f2a"))).isEmpty();
    assertThat(TaskGpu.index(null)).isEmpty();
  }

  @Test
  void outsideATaskThereIsNone() {
    assertThat(TaskGpu.index()).isEmpty();
  }

  private static ResourceInformation gpus(String... addresses) {
    return new ResourceInformation("gpu", addresses);
  }
}
