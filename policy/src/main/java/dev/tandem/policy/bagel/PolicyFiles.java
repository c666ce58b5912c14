package dev.tandem.policy.bagel;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Precision;
import dev.tandem.policy.Torch;
import dev.tandem.policy.files.AtomicFolder;
import dev.tandem.policy.safetensors.ModelReader;
import dev.tandem.policy.safetensors.ShardedWriter;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A policy folder: {@code config.json} (sizes; as published, {@code llm_config.json} and {@code
 * vit_config.json}), {@code tokenizer.json}, {@code model.safetensors} (all but the autoencoder)
 * and {@code ae.safetensors}, as the published model keeps them. Weights may lie in several files
 * with an index, and are called {@code ema.safetensors} where only averages were published.
 *
 * @param folder where the files were read
 * @param version digest of the two weight files
 * @param compute where and how exactly the model computes, with nothing left to choose
 */
public record PolicyFiles(
    Path folder,
    String version,
    ComputeSettings compute,
    BagelConfig config,
    Tokenizer tokenizer,
    Weights weights,
    Weights autoencoderWeights,
    BagelModel model)
    implements AutoCloseable {
  public static final String TOKENIZER = "tokenizer.json";
  private static final String MODEL = "model";
  private static final String PUBLISHED_MODEL = "ema";
  private static final String AUTOENCODER = "ae";

  /** Hugging Face's default: larger models are written in several files. */
  private static final long MAXIMAL_FILE_BYTES = 5_000_000_000L;

  private static final int DIGEST_BUFFER_BYTES = 1 << 20;

  /**
   * Reads a policy folder.
   *
   * @param compute where the weights are brought; where they take no gradients, also the type that
   *     the decoder's are rounded to
   * @param trainable whether the decoder's tensors take gradients
   */
  public static PolicyFiles load(Path folder, ComputeSettings compute, boolean trainable) {
    Torch.use();
    ComputeSettings resolved = compute.resolve();
    boolean rounded = !trainable && resolved.precision() == Precision.BFLOAT16;
    Device device = new Device(resolved.device().toString());
    Placement exact = new Placement(torch.ScalarType.Float, device);
    recover(folder);
    BagelConfig config = ConfigFiles.read(folder);
    Path tokenizer = existing(folder, TOKENIZER);
    Weights weights =
        read(
            modelFile(folder),
            ParameterShapes.model(config),
            rounded ? new Placement(torch.ScalarType.BFloat16, device) : exact);
    weights
        .tensors()
        .forEach(
            (name, tensor) ->
                tensor.set_requires_grad(trainable && !ParameterShapes.isFixed(name)));
    if (!trainable) {
      weights.layOutForProducts();
    }
    Weights autoencoder = read(autoencoderFile(folder), ParameterShapes.codec(config), exact);
    return new PolicyFiles(
        folder,
        version(folder),
        resolved,
        config,
        Tokenizer.load(tokenizer),
        weights,
        autoencoder,
        new BagelModel(config, weights, autoencoder));
  }

  /** Reads a policy folder for sampling, with the moving averages that a checkpoint holds. */
  public static PolicyFiles loadAveraged(Path folder, ComputeSettings compute) {
    PolicyFiles files = load(folder, compute, false);
    AveragedWeights.apply(folder, modelFile(folder), files.weights());
    return files;
  }

  /** Reads a policy folder to compute in float32 on the CPU. */
  public static PolicyFiles load(Path folder, boolean trainable) {
    return load(folder, ComputeSettings.CPU, trainable);
  }

  /** The version of the policy in a folder, without loading it. */
  public static String version(Path folder) {
    recover(folder);
    return digest(weightFiles(folder));
  }

  /** The files that make up the policy in a folder, all of which a copy needs. */
  public static List<Path> files(Path folder) {
    recover(folder);
    List<Path> files = new ArrayList<>(ConfigFiles.of(folder));
    files.add(existing(folder, TOKENIZER));
    files.addAll(weightFiles(folder));
    return files;
  }

  private static List<Path> weightFiles(Path folder) {
    List<Path> files = new ArrayList<>(ModelReader.files(modelFile(folder)));
    files.addAll(ModelReader.files(autoencoderFile(folder)));
    return files;
  }

  private static Path modelFile(Path folder) {
    return ModelReader.find(folder, MODEL)
        .or(() -> ModelReader.find(folder, PUBLISHED_MODEL))
        .orElseThrow(() -> missing(folder, MODEL + ".safetensors"));
  }

  private static Path autoencoderFile(Path folder) {
    return ModelReader.find(folder, AUTOENCODER)
        .orElseThrow(() -> missing(folder, AUTOENCODER + ".safetensors"));
  }

  static Path existing(Path folder, String name) {
    if (!Files.isRegularFile(folder.resolve(name))) {
      throw missing(folder, name);
    }
    return folder.resolve(name);
  }

  private static UserError missing(Path folder, String name) {
    return new UserError(
        "Cannot load a policy from %s: no file %s (a policy folder holds %s, %s, %s.safetensors and %s.safetensors)"
            .formatted(folder, name, ConfigFiles.OWN, TOKENIZER, MODEL, AUTOENCODER));
  }

  private static Weights read(Path file, Map<String, long[]> shapes, Placement placement) {
    try (ModelReader reader = ModelReader.open(file)) {
      ParameterShapes.check(reader, shapes);
      return new Weights(TensorFiles.load(reader, placement.type(), placement.device()));
    }
  }

  /** Writes the folder atomically, replacing an older one: see {@link AtomicFolder}. */
  public static void save(
      Path folder,
      BagelConfig config,
      Path tokenizerFile,
      Weights weights,
      Weights autoencoderWeights) {
    try {
      AtomicFolder.write(
          folder, target -> writeInto(target, config, tokenizerFile, weights, autoencoderWeights));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the policy to " + folder, e);
    }
  }

  private static void writeInto(
      Path target,
      BagelConfig config,
      Path tokenizerFile,
      Weights weights,
      Weights autoencoderWeights)
      throws IOException {
    Files.writeString(target.resolve(ConfigFiles.OWN), ConfigFiles.json(config));
    Files.copy(tokenizerFile, target.resolve(TOKENIZER));
    write(target, MODEL, weights);
    write(target, AUTOENCODER, autoencoderWeights);
  }

  private static void write(Path folder, String name, Weights weights) {
    ShardedWriter.write(
        folder, name, TensorFiles.contents(weights.tensors()), Map.of(), MAXIMAL_FILE_BYTES);
  }

  /** Writes this policy with its current weights to another folder, atomically. */
  public void save(Path target) {
    save(target, config, folder.resolve(TOKENIZER), weights, autoencoderWeights);
  }

  /** Writes this policy with its current weights into an empty folder, file by file. */
  void writeInto(Path target) {
    try {
      Files.createDirectories(target);
      writeInto(target, config, folder.resolve(TOKENIZER), weights, autoencoderWeights);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the policy to " + target, e);
    }
  }

  private static void recover(Path folder) {
    try {
      AtomicFolder.recover(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot finish the interrupted writing of " + folder, e);
    }
  }

  private static String digest(List<Path> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[DIGEST_BUFFER_BYTES];
      for (Path file : files) {
        try (InputStream content = Files.newInputStream(file)) {
          for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            digest.update(buffer, 0, count);
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (IOException e) {
      throw new UserError("Cannot read the policy's weights: " + e, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  /** Parameters by name, for updates in place. */
  public TreeMap<String, Tensor> parameters() {
    return new TreeMap<>(weights.tensors());
  }

  @Override
  public void close() {
    weights.close();
    autoencoderWeights.close();
    tokenizer.close();
  }
}
