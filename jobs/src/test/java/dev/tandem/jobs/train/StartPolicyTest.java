package dev.tandem.jobs.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.policy.Policies;
import dev.tandem.policy.safetensors.ModelReader;
import dev.tandem.policy.safetensors.ShardedWriter;
import dev.tandem.policy.safetensors.TensorData;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartPolicyTest {
  private static final long SHARD_BYTES = 8;

  @TempDir Path folder;
  private Path source;
  private Path target;

  @BeforeEach
  void writePolicy() throws IOException {
    source = Files.createDirectory(folder.resolve("source"));
    target = folder.resolve("target");
    Files.writeString(source.resolve("config.json"), "{\"llm\": {}}");
    Files.writeString(source.resolve("tokenizer.json"), "{}");
    writeModel("ae");
  }

  @Test
  void publishedWeightsInSeveralFilesAreCopiedWhole() {
    writeModel("ema");

    StartPolicy.copy(source.toString(), target);

    assertThat(ModelReader.find(target, "ema")).isPresent();
    assertThat(Policies.version(target)).isEqualTo(Policies.version(source));
  }

  @Test
  void theBundledPolicyIsCopied() {
    StartPolicy.copy(null, target);

    assertThat(Policies.files(target)).hasSize(4);
  }

  @Test
  void aFolderWithoutAModelIsNamed() {
    assertThatThrownBy(() -> StartPolicy.copy(source.toString(), target))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("No policy in '" + source + "' (run.policy)")
        .hasMessageContaining("no file model.safetensors");
    assertThat(target).doesNotExist();
  }

  private void writeModel(String name) {
    ShardedWriter.write(
        source,
        name,
        Map.of(
            "a", TensorData.of(new float[] {1, 2}, 2), "b", TensorData.of(new float[] {3, 4}, 2)),
        Map.of(),
        SHARD_BYTES);
  }
}
