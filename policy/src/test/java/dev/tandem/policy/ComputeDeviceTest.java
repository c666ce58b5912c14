package dev.tandem.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.schemas.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComputeDeviceTest {
  private static final boolean WITH_CUDA = true;
  private static final boolean WITHOUT_CUDA = false;

  @ParameterizedTest
  @ValueSource(strings = {"auto", "cpu", "cuda", "cuda:0", "cuda:11"})
  void namesAreReadAndPrinted(String name) {
    assertThat(ComputeDevice.parse(name)).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "gpu", "CPU", "cuda:", "cuda:x", "cuda:-1", "cuda:1000", "cpu:0"})
  void anUnknownNameIsAnErrorThatSaysWhatIsExpected(String name) {
    assertThatThrownBy(() -> ComputeDevice.parse(name))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Invalid device: '%s' (expected auto, cpu, cuda or a numbered one such as cuda:1)",
            name);
  }

  @ParameterizedTest
  @CsvSource({"auto,0,cpu", "auto,2,cuda:0", "cpu,2,cpu", "cuda,1,cuda:0", "cuda:1,2,cuda:1"})
  void choosesAmongWhatIsThere(String name, int cudaDevices, String expected) {
    assertThat(ComputeDevice.parse(name).resolve(WITH_CUDA, cudaDevices)).hasToString(expected);
  }

  @Test
  void autoIsTheCpuWhereLibtorchKnowsNoCuda() {
    assertThat(ComputeDevice.parse("auto").resolve(WITHOUT_CUDA, 0)).hasToString("cpu");
  }

  @Test
  void aMissingGpuIsAnErrorThatSaysWhatWasFound() {
    assertMissing("cuda", WITHOUT_CUDA, 0, "cuda:0: this libtorch was built without CUDA");
    assertMissing("cuda", WITH_CUDA, 0, "cuda:0: no CUDA device was found");
    assertMissing("cuda:1", WITH_CUDA, 1, "cuda:1: the only CUDA device found is cuda:0");
    assertMissing("cuda:4", WITH_CUDA, 4, "cuda:4: the CUDA devices found are cuda:0 to cuda:3");
  }

  private static void assertMissing(String name, boolean built, int cudaDevices, String message) {
    assertThatThrownBy(() -> ComputeDevice.parse(name).resolve(built, cudaDevices))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("Cannot compute on " + message);
  }

  @Test
  void theGpuThatASchedulerAssignsWinsUnlessOneWasNumbered() {
    assertThat(ComputeDevice.parse("auto").assigned(3).resolve(WITH_CUDA, 4)).hasToString("cuda:3");
    assertThat(ComputeDevice.parse("cuda").assigned(3).resolve(WITH_CUDA, 4)).hasToString("cuda:3");
    assertThat(ComputeDevice.parse("cuda:1").assigned(3)).hasToString("cuda:1");
    assertThat(ComputeDevice.parse("cpu").assigned(3)).hasToString("cpu");
    assertThat(ComputeDevice.parse("auto").assigned(3).resolve(WITHOUT_CUDA, 0)).hasToString("cpu");
  }

  @Test
  void bfloat16IsForGpus() {
    assertThat(Precision.AUTO.on(ComputeDevice.parse("cpu"))).isEqualTo(Precision.FLOAT32);
    assertThat(Precision.AUTO.on(ComputeDevice.parse("cuda:0"))).isEqualTo(Precision.BFLOAT16);
    assertThat(Precision.FLOAT32.on(ComputeDevice.parse("cuda:0"))).isEqualTo(Precision.FLOAT32);
  }

  @Test
  void thisMachinesDeviceIsFound() {
    Torch.use();
    String expected = Torch.cudaDevices() > 0 ? "cuda:0" : "cpu";
    assertThat(ComputeSettings.AUTO.resolve().device()).hasToString(expected);
    assertThat(ComputeSettings.CPU.resolve()).isEqualTo(ComputeSettings.CPU);
  }
}
