package dev.tandem.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.Tandem;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Errors that are the user's to mend: one message, status 2, no stack trace. */
class CommandLineTest {
  private final PrintStream standardError = System.err;
  private final ByteArrayOutputStream captured = new ByteArrayOutputStream();

  @BeforeEach
  void captureErrors() {
    System.setErr(new PrintStream(captured, true, UTF_8));
  }

  @AfterEach
  void restoreErrors() {
    System.setErr(standardError);
  }

  @Test
  void aMisspeltCommandNamesTheNearestOne() {
    assertThat(Tandem.run("quikstart")).isEqualTo(2);
    assertThat(errors()).contains("'quikstart'").contains("tandem quickstart");
  }

  @Test
  void anUnknownKeyNamesTheNearestOneAndWhereItStands() {
    assertThat(Tandem.run("quickstart", "--set", "run.sed=3")).isEqualTo(2);
    assertThat(errors())
        .isEqualToIgnoringNewLines(
            "tandem: Invalid configuration: unknown key 'run.sed' (--set); the nearest known key is"
                + " 'run.seed'");
  }

  @Test
  void aMissingWarehouseIsNamed() {
    assertThat(Tandem.run("sql", "--warehouse", "no/such/folder", "select 1")).isEqualTo(2);
    assertThat(errors()).startsWith("tandem: No tables in 'no/such/folder' (no such folder)");
  }

  @Test
  void aNumberOfPromptsThatTheTemplatesCannotShareIsNamed() {
    assertThat(Tandem.run("examine", "--prompts", "20")).isEqualTo(2);
    assertThat(errors())
        .isEqualToIgnoringNewLines(
            "tandem: Invalid --prompts: 20 (expected a multiple of the 6 templates, for example 18)");
  }

  @Test
  void aPolicyFolderWithoutAPolicyIsNamed() {
    assertThat(Tandem.run("examine", "--policy", "no/such/folder")).isEqualTo(2);
    assertThat(errors()).startsWith("tandem: ").contains("no/such/folder");
  }

  @Test
  void aDeviceThatDoesNotExistIsNamed() {
    assertThat(Tandem.run("doctor", "--device", "tpu")).isEqualTo(2);
    assertThat(errors())
        .isEqualToIgnoringNewLines(
            "tandem: Invalid device: 'tpu' (expected auto, cpu, cuda or a numbered one such as cuda:1)");
  }

  private String errors() {
    return captured.toString(UTF_8);
  }
}
