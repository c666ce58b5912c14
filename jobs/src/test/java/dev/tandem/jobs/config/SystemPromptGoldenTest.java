package dev.tandem.jobs.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.policy.Segment;
import dev.tandem.policy.SystemPrompts;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The reference's system prompts, configured, reach the policy letter by letter. */
@Tag("golden")
class SystemPromptGoldenTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> aConfiguredSystemPromptIsTheFirstThatThePolicyReads() {
    return Golden.tests("r3/prompts.json", "system_prompt", this::check);
  }

  private void check(Golden.Case golden) throws IOException {
    String text = golden.outputs().get("text").textValue();
    Path written = folder.resolve("written.yaml");
    Files.writeString(
        written,
        "rollout:\n  system_prompt:\n    %s: %s\n"
            .formatted(stage(golden), JSON.writeValueAsString(text)));
    TandemConfig config = load(written);
    assertThat(context(golden, config.rollout().systemPrompt()).get(0))
        .isEqualTo(new Segment.SystemPrompt(text));

    // The text that the table runs keeps, and that a run that goes on is compared with.
    Path printed = Files.writeString(folder.resolve("printed.yaml"), ConfigWriter.toYaml(config));
    assertThat(load(printed)).isEqualTo(config);
  }

  private static TandemConfig load(Path file) {
    return ConfigLoader.load(null, file, new Properties(), List.of());
  }

  /** The reference tells one thing to a policy that answers and another to one that draws. */
  private static String stage(Golden.Case golden) {
    String name = golden.inputs().get("name").textValue();
    if (name.endsWith("VLM_THINK_SYSTEM_PROMPT")) {
      return "understand";
    } else if (name.endsWith("GEN_THINK_SYSTEM_PROMPT")) {
      return "reason";
    }
    throw new AssertionError("Unknown system prompt " + name);
  }

  private static List<Segment> context(Golden.Case golden, SystemPrompts told) {
    return stage(golden).equals("reason")
        ? told.reason("a dog")
        : told.understand(new RgbImage(1, 1, new byte[3]), "What is this?");
  }
}
