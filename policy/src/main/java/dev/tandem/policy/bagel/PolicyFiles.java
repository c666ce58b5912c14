package dev.tandem.policy.bagel;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.tandem.policy.Torch;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A policy folder: {@code config.json} (sizes), {@code tokenizer.json}, {@code model.safetensors}
 * (all but the autoencoder) and {@code ae.safetensors}, as the published model keeps them.
 *
 * @param folder where the files were read
 * @param version digest of the two weight files
 */
public record PolicyFiles(
    Path folder,
    String version,
    BagelConfig config,
    Tokenizer tokenizer,
    Weights weights,
    Weights autoencoderWeights,
    BagelModel model)
    implements AutoCloseable {
  private static final String CONFIG = "config.json";
  public static final String TOKENIZER = "tokenizer.json";
  private static final String MODEL = "model.safetensors";
  private static final String AUTOENCODER = "ae.safetensors";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * Reads a policy folder.
   *
   * @param trainable whether the decoder's tensors take gradients
   */
  public static PolicyFiles load(Path folder, boolean trainable) {
    Torch.use();
    for (String name : List.of(CONFIG, TOKENIZER, MODEL, AUTOENCODER)) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new UserError(
            "Cannot load a policy from %s: no file %s (a policy folder holds %s, %s, %s and %s)"
                .formatted(folder, name, CONFIG, TOKENIZER, MODEL, AUTOENCODER));
      }
    }
    BagelConfig config = readConfig(folder.resolve(CONFIG));
    Weights weights = read(folder.resolve(MODEL), ParameterShapes.model(config), trainable);
    Weights autoencoder =
        read(folder.resolve(AUTOENCODER), ParameterShapes.autoencoder(config), false);
    return new PolicyFiles(
        folder,
        version(folder),
        config,
        Tokenizer.load(folder.resolve(TOKENIZER)),
        weights,
        autoencoder,
        new BagelModel(config, weights, autoencoder));
  }

  /** The version of the policy in a folder, without loading it. */
  public static String version(Path folder) {
    return digest(folder.resolve(MODEL), folder.resolve(AUTOENCODER));
  }

  private static Weights read(Path file, Map<String, long[]> shapes, boolean trainable) {
    Map<String, Tensor> tensors = TensorFiles.load(file, torch.ScalarType.Float);
    ParameterShapes.check(file, shapes, tensors);
    tensors.forEach(
        (name, tensor) -> tensor.set_requires_grad(trainable && !ParameterShapes.isFixed(name)));
    return new Weights(tensors);
  }

  private static BagelConfig readConfig(Path file) {
    try {
      return JSON.readValue(file.toFile(), BagelConfig.class);
    } catch (IOException e) {
      throw new UserError("Cannot read the policy's sizes from " + file + ": " + e.getMessage(), e);
    }
  }

  /** Writes the folder atomically; an existing one of that name is replaced. */
  public static void save(
      Path folder,
      BagelConfig config,
      Path tokenizerFile,
      Weights weights,
      Weights autoencoderWeights) {
    try {
      Path temporary = folder.resolveSibling(folder.getFileName() + ".tmp");
      delete(temporary);
      Files.createDirectories(temporary);
      Files.writeString(temporary.resolve(CONFIG), JSON.writeValueAsString(config) + "\n");
      Files.copy(tokenizerFile, temporary.resolve(TOKENIZER), StandardCopyOption.REPLACE_EXISTING);
      TensorFiles.save(temporary.resolve(MODEL), weights.tensors(), Map.of());
      TensorFiles.save(temporary.resolve(AUTOENCODER), autoencoderWeights.tensors(), Map.of());
      delete(folder);
      Files.move(temporary, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the policy to " + folder, e);
    }
  }

  /** Writes this policy with its current weights to another folder. */
  public void save(Path target) {
    save(target, config, folder.resolve(TOKENIZER), weights, autoencoderWeights);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> paths = Files.walk(folder)) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static String digest(Path... files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : files) {
        digest.update(Files.readAllBytes(file));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + files[0], e);
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
