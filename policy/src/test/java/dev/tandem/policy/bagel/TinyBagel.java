package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tandem.policy.Torch;
import dev.tandem.policy.safetensors.SafetensorsReader;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.testing.Golden;
import java.nio.DoubleBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The reference's tiny BAGEL with its weights and vectors, in a precision to be tested. */
final class TinyBagel implements AutoCloseable {
  /** FLUX's published latent statistics, which the reference keeps. */
  private static final double SCALE = 0.3611;

  private static final double SHIFT = 0.1159;
  private static final double EPS = 1e-6;

  /**
   * A precision and what it owes (the index's tolerances).
   *
   * @param tolerance of a whole model's outputs, relative to 1 + |expected|
   */
  enum Precision {
    DOUBLE(torch.ScalarType.Double, 1e-10),
    SINGLE(torch.ScalarType.Float, 1e-3);

    final torch.ScalarType type;
    final double tolerance;

    Precision(torch.ScalarType type, double tolerance) {
      this.type = type;
      this.tolerance = tolerance;
    }
  }

  final Weights weights;
  final Weights vaeWeights;
  final BagelConfig config;
  final BagelModel model;
  final SpecialTokens special;
  final PieceReader reader;
  final JsonNode document = Golden.document("bagel/tiny_bagel.json");
  private final Precision precision;
  private final PointerScope scope;
  private final SafetensorsReader vectors;

  TinyBagel(Precision precision) {
    Torch.use();
    this.precision = precision;
    Path folder = Golden.path("bagel/tiny_bagel.json").getParent();
    this.scope = new PointerScope();
    this.vectors = SafetensorsReader.open(folder.resolve("tiny_bagel_vectors.safetensors"));
    this.weights = load(folder.resolve("tiny_bagel_weights.safetensors"));
    this.vaeWeights = load(folder.resolve("tiny_vae_weights.safetensors"));
    this.config = config();
    this.model = new BagelModel(config, weights, vaeWeights);
    JsonNode ids = document.get("new_token_ids");
    this.special =
        new SpecialTokens(
            ids.get("bos_token_id").asInt(),
            ids.get("eos_token_id").asInt(),
            ids.get("start_of_image").asInt(),
            ids.get("end_of_image").asInt());
    this.reader = new PieceReader(model, special);
  }

  private Weights load(Path file) {
    return new Weights(TensorFiles.load(file, precision.type));
  }

  private BagelConfig config() {
    JsonNode c = document.get("config");
    Map<String, Tensor> vae = vaeWeights.tensors();
    int[] multipliers =
        StreamSupport.stream(c.get("ch_mult").spliterator(), false)
            .mapToInt(JsonNode::asInt)
            .toArray();
    int blocks =
        (int)
            vae.keySet().stream()
                .filter(n -> n.matches("encoder\\.down\\.0\\.block\\.\\d+\\.conv1\\.weight"))
                .count();
    int latentPatch =
        (int)
            Math.round(Math.sqrt(weights.tensor("llm2vae.weight").size(0) / c.get("z").asDouble()));
    ResizeRule unused = new ResizeRule(1, 1, 1, 1);
    return new BagelConfig(
        new BagelConfig.Llm(
            c.get("vocab").asInt(),
            c.get("hidden").asInt(),
            c.get("inter").asInt(),
            c.get("layers").asInt(),
            c.get("heads").asInt(),
            c.get("kv").asInt(),
            c.get("rope_theta").asDouble(),
            EPS),
        new BagelConfig.Vit(
            c.get("vit_hidden").asInt(),
            c.get("vit_inter").asInt(),
            c.get("vit_layers").asInt(),
            c.get("vit_heads").asInt(),
            c.get("vit_patch").asInt(),
            c.get("vit_side").asInt(),
            EPS),
        new BagelConfig.Flux(
            (int) vae.get("encoder.conv_in.weight").size(0),
            multipliers,
            blocks,
            c.get("z").asInt(),
            SCALE,
            SHIFT),
        latentPatch,
        c.get("max_latent").asInt(),
        c.get("vae_down").asInt() * latentPatch,
        unused,
        unused);
  }

  /** A recorded vector as a tensor of the precision. */
  Tensor vector(String name) {
    return Tensor.create(vectors.doubles(name), shape(name)).to(precision.type);
  }

  long[] shape(String name) {
    return vectors.info(name).shape().stream().mapToLong(Long::longValue).toArray();
  }

  double[] doubles(String name) {
    return vectors.doubles(name);
  }

  int[] ints(String name) {
    return Arrays.stream(vectors.doubles(name)).mapToInt(value -> (int) value).toArray();
  }

  /** Names of the vectors that begin with the prefix. */
  List<String> names(String prefix) {
    List<String> names = new ArrayList<>();
    vectors.tensors().stream()
        .map(info -> info.name())
        .filter(n -> n.startsWith(prefix))
        .forEach(names::add);
    return names;
  }

  Piece.Tokens text(String name) {
    JsonNode ids = document.get("texts").get(name);
    return new Piece.Tokens(IntStream.range(0, ids.size()).map(i -> ids.get(i).asInt()).toArray());
  }

  Piece.Vit vit(String name) {
    return new Piece.Vit(vector(name));
  }

  /** The image that the autoencoder's vectors are of. */
  Piece.Clean clean() {
    return new Piece.Clean(vector("vae/image").squeeze(0));
  }

  Grid latentGrid() {
    long[] shape = shape("vae/image");
    return config.latentGrid((int) shape[3], (int) shape[2]);
  }

  void compare(Tensor actual, String name) {
    Tensor plain = actual.detach().to(torch.ScalarType.Double).contiguous();
    double[] values = new double[Math.toIntExact(plain.numel())];
    DoubleBuffer buffer = plain.createBuffer();
    buffer.get(values);
    compare(values, doubles(name), name);
  }

  void compare(double[] actual, double[] expected, String name) {
    assertThat(actual.length).as(name).isEqualTo(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(actual[i] - expected[i]))
          .as("%s[%d]: %s, expected %s", name, i, actual[i], expected[i])
          .isLessThanOrEqualTo(precision.tolerance * (1 + Math.abs(expected[i])));
    }
  }

  @Override
  public void close() {
    vectors.close();
    scope.close();
  }
}
