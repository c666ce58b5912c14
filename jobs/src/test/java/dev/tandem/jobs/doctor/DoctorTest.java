package dev.tandem.jobs.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.Tandem;
import dev.tandem.policy.Torch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command says of this machine, and of things that do not work. */
class DoctorTest {
  private final PrintStream standardOutput = System.out;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  @BeforeEach
  void capture() {
    System.setOut(new PrintStream(captured, true, UTF_8));
  }

  @AfterEach
  void restore() {
    System.setOut(standardOutput);
  }

  @Test
  void aHealthyMachineShowsWhatItHasAndHowFastItIs() {
    assertThat(Tandem.run("doctor", "--device", "cpu")).isZero();
    assertThat(output())
        .contains("JDK        " + System.getProperty("java.version"))
        .containsPattern("libtorch   \\d+\\.\\d+\\.\\d+\\S* for linux-x86_64")
        .containsPattern("Library    /\\S+/libtorch_cpu.so")
        .containsPattern("Devices    cpu")
        .contains("Device     cpu in float32 (asked for: cpu in auto)")
        .containsPattern("Matrices   37 x 64 by 64 x 29: as in Java")
        .containsPattern("1024 x 1024 by 1024 x 1024: \\d+\\.\\d GFLOP/s")
        .containsPattern("Policy     bundled, version \\p{XDigit}{16}, on cpu in float32")
        .containsPattern("Context    \\d+\\.\\d\\d ms")
        .containsPattern("Decoding   \\d+\\.\\d\\d ms a token")
        .containsPattern("Velocity   -?\\d+\\.\\d\\d ms a step")
        .endsWith("All works.\n");
  }

  @Test
  void aMissingGpuIsTheLineThatFails() {
    Torch.use();
    Assumptions.assumeTrue(Torch.cudaDevices() == 0, "needs a machine without a GPU");
    assertThat(Tandem.run("doctor", "--device", "cuda")).isEqualTo(1);
    assertThat(lastLine()).startsWith("Device     FAILED: Cannot compute on cuda:0: ");
  }

  @Test
  void aFolderWithoutAPolicyIsTheLineThatFails(@TempDir Path empty) {
    assertThat(Tandem.run("doctor", "--device", "cpu", "--policy", empty.toString())).isEqualTo(1);
    assertThat(lastLine())
        .startsWith("Policy     FAILED: Cannot load a policy from " + empty)
        .contains("no file config.json");
  }

  private String lastLine() {
    String[] lines = output().split("\n");
    return lines[lines.length - 1];
  }

  private String output() {
    return captured.toString(UTF_8);
  }
}
