package dev.tandem.policy.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models in several files: how they are cut, found again, and refused where index and files differ.
 */
class ShardedModelTest {
  private static final long LIMIT = 40;

  @TempDir Path folder;

  /** In bytes: a 16, b 24, c 80 (above the limit), d 8, e 40: so c alone, a with b, d, e. */
  private Path writeModel() {
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    tensors.put("e", TensorData.of(new double[] {5, 6, 7, 8, 9}, 5));
    tensors.put("d", TensorData.of(new float[] {3, 4}, 2));
    tensors.put("c", TensorData.of(new float[20], 4, 5));
    tensors.put("b", TensorData.of(new long[] {1, 2, 3}, 3));
    tensors.put("a", TensorData.of(new float[] {1, 2, 3, 4}, 4));
    return ShardedWriter.write(folder, "model", tensors, Map.of("format", "pt"), LIMIT);
  }

  @Test
  void filesAndIndexAreNamedAsHuggingFaceNamesThem() throws IOException {
    Path index = writeModel();

    assertThat(index).isEqualTo(folder.resolve("model.safetensors.index.json"));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model-00001-of-00004.safetensors",
              "model-00002-of-00004.safetensors",
              "model-00003-of-00004.safetensors",
              "model-00004-of-00004.safetensors",
              "model.safetensors.index.json");
    }
    JsonNode json = new ObjectMapper().readTree(index.toFile());
    assertThat(json.properties()).hasSize(2);
    assertThat(json.path("metadata").path("total_size").longValue()).isEqualTo(168);
    Map<String, String> shards = new LinkedHashMap<>();
    json.path("weight_map")
        .properties()
        .forEach(e -> shards.put(e.getKey(), e.getValue().asText()));
    assertThat(shards)
        .containsExactly(
            Map.entry("a", "model-00002-of-00004.safetensors"),
            Map.entry("b", "model-00002-of-00004.safetensors"),
            Map.entry("c", "model-00001-of-00004.safetensors"),
            Map.entry("d", "model-00003-of-00004.safetensors"),
            Map.entry("e", "model-00004-of-00004.safetensors"));
  }

  @Test
  void everyTensorIsReadFromItsFile() {
    try (ModelReader reader = ModelReader.open(writeModel())) {
      assertThat(reader.tensors())
          .extracting(TensorInfo::name)
          .containsExactly("c", "b", "a", "d", "e");
      assertThat(reader.shard("a").floats("a")).containsExactly(1, 2, 3, 4);
      assertThat(reader.shard("b").doubles("b")).containsExactly(1, 2, 3);
      assertThat(reader.shard("e").doubles("e")).containsExactly(5, 6, 7, 8, 9);
      assertThat(reader.shard("a").file())
          .isEqualTo(folder.resolve("model-00002-of-00004.safetensors"));
      assertThat(reader.shard("a").metadata()).isEqualTo(Map.of("format", "pt"));
      assertThatThrownBy(() -> reader.shard("f"))
          .isInstanceOf(UserError.class)
          .hasMessageContaining(reader.file().toString())
          .hasMessageContaining("'f' is expected, but not among the 5 found");
    }
  }

  @Test
  void aModelBelowTheLimitIsOneFileWithoutIndex() {
    Path file =
        ShardedWriter.write(
            folder, "model", Map.of("a", TensorData.of(new float[10], 10)), Map.of(), LIMIT);

    assertThat(file).isEqualTo(folder.resolve("model.safetensors"));
    assertThat(ModelReader.find(folder, "model")).contains(file);
    assertThat(ModelReader.files(file)).containsExactly(file);
    try (ModelReader reader = ModelReader.open(file)) {
      assertThat(reader.shard("a").floats("a")).hasSize(10);
    }
  }

  @Test
  void aModelWithoutTensorsIsAFileWithoutTensors() {
    Path file = ShardedWriter.write(folder, "model", Map.of(), Map.of(), LIMIT);

    try (ModelReader reader = ModelReader.open(file)) {
      assertThat(reader.tensors()).isEmpty();
    }
  }

  @Test
  void theFilesOfAModelAreTheIndexAndItsShards() {
    Path index = writeModel();

    assertThat(ModelReader.find(folder, "model")).contains(index);
    assertThat(ModelReader.find(folder, "ema")).isEmpty();
    assertThat(ModelReader.files(index))
        .containsExactly(
            index,
            folder.resolve("model-00001-of-00004.safetensors"),
            folder.resolve("model-00002-of-00004.safetensors"),
            folder.resolve("model-00003-of-00004.safetensors"),
            folder.resolve("model-00004-of-00004.safetensors"));
  }

  @Test
  void anExistingModelIsNotOverwritten() {
    writeModel();

    assertThatThrownBy(this::writeModel)
        .isInstanceOf(UserError.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("found model.safetensors.index.json");
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    Path index = writeModel();
    Files.delete(folder.resolve("model-00003-of-00004.safetensors"));

    assertRefused(
        index, "shard model-00003-of-00004.safetensors is missing, expected to hold tensor 'd'");
  }

  @Test
  void aTensorThatItsShardLacksIsNamed() {
    Path index = writeModel();
    writeShard("model-00002-of-00004.safetensors", "a");

    assertRefused(index, "shard model-00002-of-00004.safetensors has no tensor 'b'");
  }

  @Test
  void aTensorThatTheIndexDoesNotListIsNamed() {
    Path index = writeModel();
    writeShard("model-00002-of-00004.safetensors", "a", "b", "x");

    assertRefused(
        index,
        "shard model-00002-of-00004.safetensors holds tensor 'x', which the index does not list");
  }

  @Test
  void aTensorThatTheIndexPlacesElsewhereIsNamed() {
    Path index = writeModel();
    writeShard("model-00002-of-00004.safetensors", "a", "b", "e");

    assertRefused(
        index,
        "shard model-00002-of-00004.safetensors holds tensor 'e', which the index places in"
            + " model-00004-of-00004.safetensors");
  }

  @Test
  void aBrokenShardIsNamedWithTheIndex() throws IOException {
    Path index = writeModel();
    Path shard = folder.resolve("model-00004-of-00004.safetensors");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 1));

    assertRefused(index, shard + ": it is truncated: tensor 'e' ends at");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'weight_map':{'a':'../x.safetensors'}} | tensor 'a' is in '../x.safetensors', expected",
        "{'weight_map':{'a':'b/../../x'}} | tensor 'a' is in 'b/../../x', expected a file below",
        "{'weight_map':{'a':'/etc/passwd'}} | tensor 'a' is in '/etc/passwd', expected a file below",
        "{'weight_map':{'a':'x\\u0000y'}} | tensor 'a' is in a file of no possible name",
        "{'weight_map':{'a':''}} | shard  is missing, expected to hold tensor 'a'",
        "{'weight_map':{'a':1}} | tensor 'a' is in 1, expected the name of a file",
        "{'weight_map':{'a':'x','a':'y'}} | lists tensor 'a' twice",
        "{'weight_map':{},'weight_map':{}} | has weight_map twice",
        "{'weight_map':[]} | weight_map is a list, expected an object",
        "{'metadata':{'total_size':8}} | it has no weight_map",
        "{'metadata':[[[[{}]]]],'weight_map':{'a':'b.safetensors'}} | b.safetensors is missing",
        "[] | it is not a JSON object",
        "`` | it is not a JSON object",
        "{'weight_map':{}}} | it is not valid JSON",
        "{'weight_map':{}}{} | it has text after the JSON object",
        "{'weight_map':{'a': | it is not valid JSON",
      })
  void aBrokenIndexIsRefused(String json, String message) throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, json.replace('\'', '"'));

    assertRefused(index, message);
  }

  @Test
  void anIndexNestedBeyondReasonIsRefused() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"metadata\":" + "[".repeat(1_000_000));

    assertRefused(index, "it is not valid JSON");
  }

  @Test
  void anIndexThatIsNotUtf8IsRefused() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.write(index, new byte[] {'{', '"', (byte) 0xC3, '"', '}'});

    assertRefused(index, "it is not UTF-8 text");
  }

  @Test
  void aMissingIndexIsRefused() {
    assertRefused(folder.resolve("model.safetensors.index.json"), "there is no such file");
  }

  private void writeShard(String name, String... tensors) {
    Map<String, TensorData> data = new LinkedHashMap<>();
    List.of(tensors).forEach(tensor -> data.put(tensor, TensorData.of(new float[] {1}, 1)));
    SafetensorsWriter.write(folder.resolve(name), data);
  }

  private static void assertRefused(Path index, String message) {
    assertThatThrownBy(() -> ModelReader.open(index).close())
        .isInstanceOf(UserError.class)
        .hasMessageContaining(index.toString())
        .hasMessageContaining(message);
  }
}
