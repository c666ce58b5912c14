package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.policy.Context;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders in which BAGEL is published: sizes in Qwen2's and SigLIP's form, averaged weights. */
class PublishedLayoutTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path parent;
  private Path own;
  private Path published;

  @BeforeEach
  void writeBoth() throws IOException {
    own = TinyPolicy.write(parent);
    published = Files.createDirectory(parent.resolve("published"));
    Files.copy(own.resolve("model.safetensors"), published.resolve("ema.safetensors"));
    Files.copy(own.resolve("ae.safetensors"), published.resolve("ae.safetensors"));
    writeStockTokenizer();
    int vocabulary =
        JSON.readTree(own.resolve("config.json").toFile()).at("/llm/vocabSize").asInt();
    write(
        "llm_config.json",
        """
        {"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2", "hidden_act": "silu",
         "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": %d,
         "rope_theta": 10000.0, "rms_norm_eps": 1e-06, "tie_word_embeddings": false}
        """
            .formatted(vocabulary));
    write(
        "vit_config.json",
        """
        {"model_type": "siglip_vision_model", "hidden_size": 24, "intermediate_size": 40,
         "num_hidden_layers": 3, "num_attention_heads": 3, "patch_size": 4, "image_size": 16}
        """);
    write(
        "config.json",
        """
        {"model_type": "bagel", "latent_patch_size": 2, "max_latent_size": 4,
         "vae_config": {"ch": 32, "ch_mult": [1, 1], "num_res_blocks": 1, "z_channels": 4,
                        "scale_factor": 1.0, "shift_factor": 0}}
        """);
  }

  /** Stock Qwen2 knows the four tokens that frame texts and images, but not the plan's. */
  private void writeStockTokenizer() throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(own.resolve("tokenizer.json").toFile());
    ArrayNode added = (ArrayNode) json.get("added_tokens");
    for (int i = added.size() - 1; i >= 0; i--) {
      if (added.get(i).path("content").asText().contains("think>")) {
        added.remove(i);
      }
    }
    JSON.writeValue(published.resolve("tokenizer.json").toFile(), json);
  }

  private void write(String name, String content) throws IOException {
    Files.writeString(published.resolve(name), content);
  }

  private static String drawn(Path folder) {
    byte[] rgb = new byte[16 * 16 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 37);
    }
    List<RandomKey> keys = List.of(RandomKey.of(1), RandomKey.of(2));
    try (Policy policy = Policies.load(folder);
        Context context =
            policy.encode(Prompts.reflect(new RgbImage(16, 16, rgb), "a red circle"));
        TextRollout texts = policy.generateText(context, TextSampling.atTemperature(1, 8), keys)) {
      StringBuilder all = new StringBuilder(policy.info().version());
      texts.samples().forEach(text -> all.append(text.text()));
      policy
          .generateImages(texts.context(), ImageSampling.ode(3, 3), keys)
          .forEach(sample -> all.append(Arrays.hashCode(sample.image().rgb())));
      return all.toString();
    }
  }

  @Test
  void aPublishedFolderIsTheSamePolicy() {
    try (PolicyFiles one = PolicyFiles.load(own, false);
        PolicyFiles two = PolicyFiles.load(published, false)) {
      assertThat(two.config().llm()).isEqualTo(one.config().llm());
      assertThat(two.config().vit()).isEqualTo(one.config().vit());
      assertThat(two.config().latentGrid()).isEqualTo(one.config().latentGrid());
    }
    assertThat(drawn(published)).isEqualTo(drawn(own));
  }

  @Test
  void aCopyNeedsAllItsFiles() {
    assertThat(PolicyFiles.files(published))
        .extracting(file -> file.getFileName().toString())
        .containsExactlyInAnyOrder(
            "llm_config.json",
            "vit_config.json",
            "config.json",
            "tokenizer.json",
            "ema.safetensors",
            "ae.safetensors");
  }

  @Test
  void whatIsNotStatedIsAsPublished() throws IOException {
    write(
        "llm_config.json",
        """
        {"hidden_size": 3584, "intermediate_size": 18944, "num_hidden_layers": 28,
         "num_attention_heads": 28, "num_key_value_heads": 4, "vocab_size": 152064,
         "rope_theta": 1000000.0, "rms_norm_eps": 1e-06}
        """);
    write(
        "vit_config.json",
        """
        {"hidden_size": 1152, "intermediate_size": 4304, "num_hidden_layers": 27,
         "num_attention_heads": 16, "patch_size": 14, "image_size": 980}
        """);
    Files.delete(published.resolve("config.json"));

    BagelConfig expected = BagelConfig.bagel7bMot();
    BagelConfig read = ConfigFiles.read(published);
    assertThat(ConfigFiles.json(read)).isEqualTo(ConfigFiles.json(expected));
  }

  @Test
  void aMissingKeyIsNamedWithItsFile() throws IOException {
    write("vit_config.json", "{\"hidden_size\": 24, \"patch_size\": 4, \"image_size\": 16}");
    assertThatThrownBy(() -> PolicyFiles.load(published, false))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Cannot read the policy's sizes from %s: no key intermediate_size",
            published.resolve("vit_config.json"));
  }

  @Test
  void aWrongValueIsNamedWithItsKeyAndFile() throws IOException {
    Path llm = published.resolve("llm_config.json");
    Files.writeString(
        llm, Files.readString(llm).replace("\"hidden_size\": 32", "\"hidden_size\": \"32\""));
    assertThatThrownBy(() -> PolicyFiles.load(published, false))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "Cannot read the policy's sizes from %s: key hidden_size is \"32\", expected a positive whole number",
            llm);
  }

  @Test
  void aMissingFileOfThePairIsNamed() throws IOException {
    Files.delete(published.resolve("vit_config.json"));
    assertThatThrownBy(() -> PolicyFiles.load(published, false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("no file vit_config.json");

    Files.delete(published.resolve("llm_config.json"));
    assertThatThrownBy(() -> PolicyFiles.load(published, false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(published.resolve("config.json").toString())
        .hasMessageContaining("no key llm, and no file llm_config.json");
  }

  @Test
  void aTokenizerWithoutVisionTokensIsRefusedAndTheyAreNamed() throws IOException {
    Path file = published.resolve("tokenizer.json");
    Files.writeString(file, Files.readString(file).replace("<|vision_", "<|picture_"));
    assertThatThrownBy(() -> PolicyFiles.load(published, false))
        .isInstanceOf(UserError.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("<|vision_start|>, <|vision_end|>");
  }
}
