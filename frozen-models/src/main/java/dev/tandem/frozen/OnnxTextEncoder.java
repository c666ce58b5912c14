package dev.tandem.frozen;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A text tower given as one ONNX file with the tokenizer of its model, run by DJL on the CPU.
 * {@link TokenizerSettings} lie beside the file. Holds native memory until it is closed.
 */
public final class OnnxTextEncoder implements TextEncoder {
  private final OnnxModel model;
  private final HuggingFaceTokenizer tokenizer;
  private final TokenizerSettings settings;
  private final String digest;
  private final int dimension;

  private OnnxTextEncoder(
      OnnxModel model,
      HuggingFaceTokenizer tokenizer,
      TokenizerSettings settings,
      String tokenizerDigest) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.settings = settings;
    this.digest = model.digest(settings + tokenizerDigest);
    this.dimension = encode(List.of("a"))[0].length;
  }

  /** Opens the model in the given {@code .onnx} file. */
  public static OnnxTextEncoder open(Path file) {
    Path yaml = OnnxModel.yamlBeside(file, "text encoder");
    TokenizerSettings settings = TokenizerSettings.load(yaml);
    Path vocabulary = yaml.resolveSibling(settings.tokenizer());
    OnnxModel model = OnnxModel.load(file);
    try {
      HuggingFaceTokenizer tokenizer = tokenizer(vocabulary, settings);
      try {
        return new OnnxTextEncoder(
            model, tokenizer, settings, Digests.sha256(Files.readString(vocabulary)));
      } catch (RuntimeException | IOException e) {
        tokenizer.close();
        throw e;
      }
    } catch (IOException e) {
      model.close();
      throw new UncheckedIOException("Cannot read the tokenizer " + vocabulary, e);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static HuggingFaceTokenizer tokenizer(Path vocabulary, TokenizerSettings settings)
      throws IOException {
    if (!Files.isRegularFile(vocabulary)) {
      throw new UserError(
          "No tokenizer at %s (key tokenizer of the text encoder)".formatted(vocabulary));
    }
    try {
      return HuggingFaceTokenizer.newInstance(
          vocabulary,
          Map.of(
              "addSpecialTokens", "true",
              "truncation", "true",
              "padding", "false",
              "maxLength", Integer.toString(settings.length())));
    } catch (RuntimeException e) {
      throw new UserError(
          "Cannot load the tokenizer %s: %s".formatted(vocabulary, e.getMessage()), e);
    }
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public int dimension() {
    return dimension;
  }

  @Override
  public float[][] encode(List<String> texts) {
    if (texts.isEmpty()) {
      return new float[0][];
    }
    long[] tokens = new long[texts.size() * settings.length()];
    long[] mask = new long[tokens.length];
    Arrays.fill(tokens, settings.padding());
    for (int i = 0; i < texts.size(); i++) {
      Encoding encoding = tokenizer.encode(texts.get(i));
      long[] ids = encoding.getIds();
      System.arraycopy(ids, 0, tokens, i * settings.length(), ids.length);
      Arrays.fill(mask, i * settings.length(), i * settings.length() + ids.length, 1);
    }
    return model.encode(
        manager -> inputs(manager, tokens, mask, texts.size()), settings.output(), texts.size());
  }

  private NDList inputs(NDManager manager, long[] tokens, long[] mask, int texts) {
    Shape shape = new Shape(texts, settings.length());
    NDList inputs = new NDList(named(manager, tokens, shape, settings.input()));
    if (settings.mask() != null) {
      inputs.add(named(manager, mask, shape, settings.mask()));
    }
    return inputs;
  }

  private static NDArray named(NDManager manager, long[] values, Shape shape, String name) {
    NDArray array = manager.create(LongBuffer.wrap(values), shape);
    array.setName(name);
    return array;
  }

  @Override
  public void close() {
    tokenizer.close();
    model.close();
  }
}
