package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.policy.safetensors.ModelReader;
import dev.tandem.policy.safetensors.SafetensorsReader;
import dev.tandem.policy.safetensors.SafetensorsWriter;
import dev.tandem.policy.safetensors.ShardedWriter;
import dev.tandem.policy.safetensors.TensorData;
import dev.tandem.policy.safetensors.TensorInfo;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policy folders as they are published, written, interrupted and broken. */
class PolicyFilesTest {
  private static final String HEAD = "language_model.lm_head.weight";
  private static final long SHARD_BYTES = 20_000;

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void writePolicy() {
    folder = TinyPolicy.write(parent);
  }

  @Test
  void theVersionIsThatOfTheBytes() throws IOException {
    String version = PolicyFiles.version(folder);
    Path copy = Files.createDirectory(parent.resolve("copy"));
    for (String name : new String[] {"model.safetensors", "ae.safetensors"}) {
      Files.copy(folder.resolve(name), copy.resolve(name));
    }

    assertThat(PolicyFiles.version(copy)).isEqualTo(version).hasSize(16);

    Map<String, TensorData> changed = modelTensors();
    changed.computeIfPresent(
        HEAD, (name, head) -> TensorData.of(new float[(int) head.bytes() / 4], dimensions(head)));
    SafetensorsWriter.write(folder.resolve("model.safetensors"), changed);
    assertThat(PolicyFiles.version(folder)).isNotEqualTo(version);
  }

  @Test
  void publishedAveragesServeAsTheModel() throws IOException {
    String version = PolicyFiles.version(folder);
    Files.move(folder.resolve("model.safetensors"), folder.resolve("ema.safetensors"));

    try (PolicyFiles files = PolicyFiles.load(folder, false)) {
      assertThat(files.version()).isEqualTo(version);
    }
  }

  @Test
  void averagesBesideAModelAreLeftAlone() throws IOException {
    Files.writeString(folder.resolve("ema.safetensors"), "no tensors");

    PolicyFiles.load(folder, false).close();
  }

  @Test
  void aModelInSeveralFilesIsTheSameModel() throws IOException {
    try (PolicyFiles whole = PolicyFiles.load(folder, false)) {
      Path index = shardModel();
      assertThat(ModelReader.files(index)).hasSizeGreaterThan(3);
      assertThat(PolicyFiles.files(folder))
          .containsAll(ModelReader.files(index))
          .contains(folder.resolve("config.json"), folder.resolve("ae.safetensors"))
          .allMatch(Files::isRegularFile);

      try (PolicyFiles parts = PolicyFiles.load(folder, false)) {
        assertThat(parts.version()).isEqualTo(PolicyFiles.version(folder));
        whole
            .weights()
            .tensors()
            .forEach(
                (name, tensor) ->
                    assertThat(torch.equal(parts.weights().tensor(name), tensor))
                        .as(name)
                        .isTrue());
      }
    }
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    for (String name :
        new String[] {"config.json", "tokenizer.json", "model.safetensors", "ae.safetensors"}) {
      Path hidden = Files.move(folder.resolve(name), parent.resolve("hidden"));
      assertThatThrownBy(() -> PolicyFiles.load(folder, false))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(folder.toString())
          .hasMessageContaining("no file " + name);
      Files.move(hidden, folder.resolve(name));
    }
  }

  @Test
  void aMissingTensorIsNamedWithItsFile() {
    Map<String, TensorData> tensors = modelTensors();
    tensors.remove(HEAD);
    assertRefused(tensors, "model.safetensors", "'" + HEAD + "' is expected, but not among");
  }

  @Test
  void anExtraTensorIsNamedWithItsFile() {
    Map<String, TensorData> tensors = modelTensors();
    tensors.put("surplus", TensorData.of(new float[] {1}, 1));
    assertRefused(tensors, "model.safetensors", "unknown tensor surplus");
  }

  @Test
  void aTensorOfAnotherShapeIsNamedWithItsFile() {
    Map<String, TensorData> tensors = modelTensors();
    tensors.put("language_model.model.norm.weight", TensorData.of(new float[3], 3));
    assertRefused(
        tensors,
        "model.safetensors",
        "tensor language_model.model.norm.weight has shape [3], expected [32]");
  }

  @Test
  void aTensorOfWholeNumbersIsNamedWithItsFile() {
    Map<String, TensorData> tensors = modelTensors();
    tensors.put("language_model.model.norm.weight", TensorData.of(new long[32], 32));
    assertRefused(
        tensors,
        "model.safetensors",
        "tensor language_model.model.norm.weight has type I64, expected floating-point numbers");
  }

  @Test
  void aShardThatIsGoneIsNamedWithTheIndex() throws IOException {
    Path index = shardModel();
    Path shard = ModelReader.files(index).get(2);
    Files.delete(shard);

    assertThatThrownBy(() -> PolicyFiles.load(folder, false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(index.toString())
        .hasMessageContaining(shard.getFileName() + " is missing, expected to hold tensor '");
  }

  @Test
  void savingOverThePolicyItselfReplacesItWhole() {
    String version = PolicyFiles.version(folder);
    try (PolicyFiles files = PolicyFiles.load(folder, true)) {
      files.weights().copyFrom(Map.of(HEAD, torch.zeros_like(files.weights().tensor(HEAD))));
      files.save(folder);
    }

    assertThat(PolicyFiles.version(folder)).isNotEqualTo(version);
    PolicyFiles.load(folder, false).close();
    assertThat(parent.resolve(".policy.old")).doesNotExist();
    assertThat(parent.resolve(".policy.new")).doesNotExist();
  }

  /** As a process leaves it that is killed between setting aside the older and putting in place. */
  @Test
  void aPolicyWhoseReplacementWasInterruptedLoads() throws IOException {
    Path newer = parent.resolve(".policy.new");
    try (PolicyFiles files = PolicyFiles.load(folder, true)) {
      files.weights().copyFrom(Map.of(HEAD, torch.zeros_like(files.weights().tensor(HEAD))));
      files.save(newer);
    }
    String version = PolicyFiles.version(newer);
    Files.move(folder, parent.resolve(".policy.old"));

    try (PolicyFiles recovered = PolicyFiles.load(folder, false)) {
      assertThat(recovered.version()).isEqualTo(version);
    }
    assertThat(parent.resolve(".policy.old")).doesNotExist();
    assertThat(newer).doesNotExist();
  }

  private Path shardModel() throws IOException {
    Map<String, TensorData> tensors = modelTensors();
    Files.delete(folder.resolve("model.safetensors"));
    return ShardedWriter.write(folder, "model", tensors, Map.of(), SHARD_BYTES);
  }

  private void assertRefused(Map<String, TensorData> tensors, String file, String message) {
    SafetensorsWriter.write(folder.resolve(file), tensors);
    assertThatThrownBy(() -> PolicyFiles.load(folder, false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(folder.resolve(file).toString())
        .hasMessageContaining(message);
  }

  private static long[] dimensions(TensorData data) {
    return data.shape().stream().mapToLong(Long::longValue).toArray();
  }

  private Map<String, TensorData> modelTensors() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    try (SafetensorsReader reader = SafetensorsReader.open(folder.resolve("model.safetensors"))) {
      for (TensorInfo info : reader.tensors()) {
        tensors.put(
            info.name(), TensorData.of(info.type(), reader.data(info.name()), info.dimensions()));
      }
    }
    return tensors;
  }
}
