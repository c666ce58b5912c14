package dev.tandem.policy.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Text to token ids and back, as a Hugging Face tokenizer.json says. Nothing is added, cut or
 * padded. Text that spells an added token, special ones included, becomes that token, as in the
 * reference implementation.
 *
 * <p>Safe for use by several threads, except {@link #close}.
 */
public final class Tokenizer implements AutoCloseable {
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  static {
    // The file is local: the library needs no network and shall report no use of it.
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private final Path file;
  private final HuggingFaceTokenizer engine;
  private final TokenIds ids;
  private final Map<AddedToken, Integer> added = new EnumMap<>(AddedToken.class);

  private Tokenizer(Path file, HuggingFaceTokenizer engine, TokenIds ids) {
    this.file = file;
    this.engine = engine;
    this.ids = ids;
    List<String> missing = new ArrayList<>();
    for (AddedToken token : AddedToken.values()) {
      Integer id = ids.find(token.text());
      if (id != null) {
        added.put(token, id);
      } else if (token.isSpecial()) {
        missing.add(token.text());
      }
    }
    if (!missing.isEmpty()) {
      throw missing(String.join(", ", missing));
    }
  }

  /** Loads a tokenizer.json, which must hold every special {@link AddedToken}. */
  public static Tokenizer load(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new UserError("Cannot read tokenizer " + file + ": there is no such file");
    }
    TokenIds ids = TokenIds.read(file);
    HuggingFaceTokenizer engine = open(file);
    try {
      return new Tokenizer(file, engine, ids);
    } catch (UserError e) {
      engine.close();
      throw e;
    }
  }

  /** The tokens of the text. Unpaired surrogates, which are no text, become U+FFFD. */
  public int[] encode(String text) {
    long[] tokens = engine.encode(wellFormed(text), false, false).getIds();
    return Arrays.stream(tokens).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * The text of the tokens without the special ones. Bytes that are no UTF-8 become U+FFFD; ids
   * beyond the vocabulary, which padded output layers can produce, become nothing.
   */
  public String decode(int[] tokens) {
    return engine.decode(Arrays.stream(tokens).asLongStream().toArray(), true);
  }

  /** The id of a token given as it stands in the file (byte symbols), or of an added token. */
  public int id(String token) {
    Integer id = ids.find(token);
    if (id == null) {
      throw missing(token);
    }
    return id;
  }

  /** The id of an added token; one that is not special may be missing, as in stock Qwen2. */
  public int id(AddedToken token) {
    Integer id = added.get(token);
    if (id == null) {
      throw missing(token.text());
    }
    return id;
  }

  /** The number of ids, which an embedding table must have as rows: the highest id plus one. */
  public int size() {
    return ids.highest() + 1;
  }

  /** The id that begins every text. */
  public int bos() {
    return id(AddedToken.BEGIN);
  }

  /** The id that ends every text. */
  public int eos() {
    return id(AddedToken.END);
  }

  @Override
  public void close() {
    engine.close();
  }

  private UserError missing(String tokens) {
    return new UserError(
        "Cannot use tokenizer %s: expected %s, not found among its %d tokens"
            .formatted(file, tokens, ids.count()));
  }

  private static HuggingFaceTokenizer open(Path file) {
    try {
      return HuggingFaceTokenizer.newInstance(file, OPTIONS);
    } catch (IOException | RuntimeException e) {
      throw new UserError("Cannot read tokenizer " + file + ": " + e.getMessage(), e);
    }
  }

  private static String wellFormed(String text) {
    boolean broken = text.codePoints().anyMatch(Tokenizer::isSurrogate);
    if (!broken) {
      return text;
    }
    StringBuilder mended = new StringBuilder();
    text.codePoints()
        .forEach(point -> mended.appendCodePoint(isSurrogate(point) ? '\uFFFD' : point));
    return mended.toString();
  }

  private static boolean isSurrogate(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
