package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.policy.Torch;
import dev.tandem.policy.safetensors.SafetensorsReader;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.testing.Golden;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Parts of the reference's tiny BAGEL in float32. */
@Tag("golden")
class TinyBagelGoldenTest {
  /** Whole towers in float32 against float64 (the index's tolerance for float32 engines). */
  private static final double WHOLE_TOWER = 1e-3;

  /** The table in double precision. */
  private static final double TABLE = 1e-12;

  private static final double SINGLE_PRECISION = 1e-6;

  private PointerScope scope;
  private SafetensorsReader vectors;
  private Map<String, Tensor> weights;

  @BeforeEach
  void open() {
    Torch.use();
    Path folder = Golden.path("bagel/tiny_bagel.json").getParent();
    scope = new PointerScope();
    vectors = SafetensorsReader.open(folder.resolve("tiny_bagel_vectors.safetensors"));
    weights =
        new HashMap<>(
            TensorFiles.load(
                folder.resolve("tiny_bagel_weights.safetensors"), torch.ScalarType.Float));
    weights.putAll(
        TensorFiles.load(folder.resolve("tiny_vae_weights.safetensors"), torch.ScalarType.Float));
  }

  @AfterEach
  void close() {
    if (vectors != null) {
      vectors.close();
      scope.close();
    }
  }

  private Tensor vector(String name) {
    long[] shape = vectors.info(name).shape().stream().mapToLong(Long::longValue).toArray();
    return Tensor.create(vectors.floats(name), shape);
  }

  private void compare(Tensor actual, String name, double tolerance) {
    float[] values = Tensors.floats(actual);
    double[] expected = vectors.doubles(name);
    assertThat(values).hasSameSizeAs(new float[expected.length]);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(values[i] - expected[i]))
          .as("%s[%d]", name, i)
          .isLessThanOrEqualTo(tolerance * (1 + Math.abs(expected[i])));
    }
  }

  @Test
  void positionTables() {
    for (String name : new String[] {"unit/latent_pos_embed_table", "unit/vit_pos_embed_table"}) {
      long[] shape = vectors.info(name).shape().stream().mapToLong(Long::longValue).toArray();
      double[] table = PositionTables.grid((int) Math.sqrt(shape[0]), (int) shape[1]);
      double[] expected = vectors.doubles(name);
      for (int i = 0; i < expected.length; i++) {
        assertThat(Math.abs(table[i] - expected[i])).as("%s[%d]", name, i).isLessThan(TABLE);
      }
    }
  }

  @Test
  void timestepFeatures() {
    double[] times = vectors.doubles("unit/timestep_in");
    long features = vectors.info("unit/timestep_freq").shape().get(1);
    float[] table = PositionTables.timesteps(times, (int) features);
    compare(Tensor.create(table, times.length, features), "unit/timestep_freq", SINGLE_PRECISION);
  }

  @Test
  void visionTowerAndConnector() {
    Weights all = new Weights(weights);
    int patch = 4;
    BagelConfig.Vit config =
        new BagelConfig.Vit(
            (int) all.tensor("connector.fc1.weight").size(1),
            (int) all.tensor("vit_model.vision_model.encoder.layers.0.mlp.fc1.weight").size(0),
            (int)
                weights.keySet().stream()
                    .filter(name -> name.endsWith("layer_norm1.weight"))
                    .count(),
            3,
            patch,
            (int)
                Math.sqrt(
                    all.tensor("vit_model.vision_model.embeddings.position_embedding.weight")
                        .size(0)),
            1e-6);
    VisionTower tower = new VisionTower(all, config);
    TensorVector rows = new TensorVector();
    for (String name : new String[] {"vit/image1", "vit/image2"}) {
      Tensor planes = vector(name).unsqueeze(0);
      rows.push_back(
          tower.rows(Patches.patchify(planes, patch), (int) planes.size(3) / patch).squeeze(0));
    }
    compare(torch.cat(rows, 0), "vit/llm_input", WHOLE_TOWER);
  }

  @Test
  void autoencoder() {
    Weights all = new Weights(weights);
    Tensor image = vector("vae/image");
    long levels =
        Arrays.stream(weights.keySet().toArray(new String[0]))
            .filter(name -> name.matches("encoder\\.down\\.\\d+\\.block\\.0\\.conv1\\.weight"))
            .count();
    int width = (int) all.tensor("encoder.conv_in.weight").size(0);
    int[] multipliers = new int[(int) levels];
    for (int level = 0; level < levels; level++) {
      String conv = "encoder.down." + level + ".block.0.conv1.weight";
      multipliers[level] = (int) all.tensor(conv).size(0) / width;
    }
    FluxAutoencoder autoencoder =
        new FluxAutoencoder(
            all,
            new BagelConfig.Vae(
                width,
                multipliers,
                1,
                (int) all.tensor("decoder.conv_in.weight").size(1),
                0.3611,
                0.1159));
    compare(autoencoder.moments(image), "vae/encoder_moments", WHOLE_TOWER);
    compare(autoencoder.encode(image), "vae/latent", WHOLE_TOWER);
    compare(autoencoder.decode(vector("vae/latent")), "vae/decoded", WHOLE_TOWER);
    compare(Patches.patchify(vector("vae/latent"), 2).squeeze(0), "vae/packed_latent", WHOLE_TOWER);
  }

  /** Logits and velocities of a packed batch of texts, images and latents at several flow times. */
  @Test
  void mixedForward() {
    Weights all = new Weights(weights);
    JsonNode config = Golden.document("bagel/tiny_bagel.json").get("config");
    BagelConfig.Llm llm =
        new BagelConfig.Llm(
            config.get("vocab").asInt(),
            config.get("hidden").asInt(),
            config.get("inter").asInt(),
            config.get("layers").asInt(),
            config.get("heads").asInt(),
            config.get("kv").asInt(),
            config.get("rope_theta").asDouble(),
            1e-6);
    Tensor packed = packedRows(all);
    long[] understanding = understandingColumns();
    long[] generation = longs("train/packed_vae_token_indexes");
    long[] order = concat(understanding, generation);
    Tensor hidden = packed.index_select(0, Tensor.create(order)).unsqueeze(0);
    Tensor mask =
        vector("train/attention_mask")
            .index_select(0, Tensor.create(order))
            .index_select(1, Tensor.create(order))
            .unsqueeze(0)
            .unsqueeze(0)
            .to(torch.ScalarType.Bool);
    long[] positionIds = longs("train/packed_position_ids");
    int[][] positions = {Arrays.stream(order).mapToInt(i -> (int) positionIds[(int) i]).toArray()};
    Rotary rotary = Rotary.at(positions, llm.headSize(), llm.ropeTheta());
    for (int layer = 0; layer < llm.layers(); layer++) {
      hidden =
          new DecoderLayer(all, llm, layer)
              .apply(
                  hidden,
                  understanding.length,
                  rotary,
                  mask,
                  KeyValues.empty(llm.layers()),
                  KeySink.forget(),
                  layer);
    }
    long[] column = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      column[(int) order[i]] = i;
    }
    Tensor inOrder = hidden.squeeze(0).index_select(0, Tensor.create(column));
    Tensor text = inOrder.index_select(0, Tensor.create(longs("train/ce_loss_indexes")));
    compare(
        all.linear("language_model.lm_head")
            .apply(RmsNorm.apply(text, all.norm("language_model.model.norm"), llm.rmsNormEps())),
        "train/logits",
        WHOLE_TOWER);
    Tensor latents = inOrder.index_select(0, Tensor.create(longs("train/mse_loss_indexes")));
    Tensor norm = all.norm("language_model.model.norm_moe_gen");
    compare(
        all.linear("llm2vae").apply(RmsNorm.apply(latents, norm, llm.rmsNormEps())),
        "train/velocity",
        WHOLE_TOWER);
  }

  /** Embedding rows in sequence order, {@code [L, H]}. */
  private Tensor packedRows(Weights all) {
    Tensor embeddings = all.norm("language_model.model.embed_tokens");
    Tensor text = torch.embedding(embeddings, Tensor.create(longs("train/packed_text_ids")));
    long[] vitColumns = longs("train/packed_vit_token_indexes");
    Tensor vit = vector("vit/llm_input").narrow(0, 0, vitColumns.length);
    Tensor times =
        Tensor.create(
            PositionTables.timesteps(vectors.doubles("train/packed_timesteps"), 256),
            longs("train/packed_vae_token_indexes").length,
            256);
    Tensor latents =
        all.linear("vae2llm")
            .apply(vector("train/packed_noisy_latent"))
            .add(
                all.linear("time_embedder.mlp.2")
                    .apply(torch.silu(all.linear("time_embedder.mlp.0").apply(times))))
            .add(
                all.tensor("latent_pos_embed.pos_embed")
                    .index_select(0, Tensor.create(longs("train/packed_latent_position_ids"))));
    long[] columns =
        concat(
            concat(longs("train/packed_text_indexes"), vitColumns),
            longs("train/packed_vae_token_indexes"));
    long[] source = new long[columns.length];
    for (int i = 0; i < columns.length; i++) {
      source[(int) columns[i]] = i;
    }
    return torch
        .cat(new TensorVector(text, vit, latents), 0)
        .index_select(0, Tensor.create(source));
  }

  private long[] understandingColumns() {
    long[] columns =
        concat(longs("train/packed_text_indexes"), longs("train/packed_vit_token_indexes"));
    Arrays.sort(columns);
    return columns;
  }

  private long[] longs(String name) {
    return Arrays.stream(vectors.doubles(name)).mapToLong(value -> (long) value).toArray();
  }

  private static long[] concat(long[] first, long[] second) {
    long[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
