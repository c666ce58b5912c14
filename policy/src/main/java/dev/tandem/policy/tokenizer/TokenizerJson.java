package dev.tandem.policy.tokenizer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tandem.policy.files.AtomicFile;
import dev.tandem.schemas.UserError;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a vocabulary as a Hugging Face tokenizer.json of Qwen2's form, with equal bytes for equal
 * vocabularies. It departs from Qwen2's in one point: text is not normalised to NFC, so that
 * decoding gives back exactly the text that was encoded.
 */
public final class TokenizerJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TokenizerJson() {}

  /** Writes the file, complete or not at all, replacing an older one. */
  public static void write(Path file, BpeVocabulary vocabulary) {
    try {
      byte[] json = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(document(vocabulary));
      AtomicFile.write(file, channel -> Channels.newOutputStream(channel).write(json));
    } catch (IOException e) {
      throw new UserError("Cannot write tokenizer " + file + ": " + e.getMessage(), e);
    }
  }

  private static ObjectNode document(BpeVocabulary vocabulary) {
    List<String> tokens = vocabulary.tokens();
    ObjectNode root = MAPPER.createObjectNode();
    root.put("version", "1.0").putNull("truncation").putNull("padding");
    ArrayNode added = root.putArray("added_tokens");
    for (AddedToken token : AddedToken.values()) {
      added.add(added(token, tokens.size() + added.size()));
    }
    root.putNull("normalizer");
    root.set("pre_tokenizer", preTokenizer());
    root.set("post_processor", byteLevel());
    root.set("decoder", byteLevel());
    root.set("model", model(tokens, vocabulary.merges()));
    return root;
  }

  private static ObjectNode added(AddedToken token, int id) {
    return MAPPER
        .createObjectNode()
        .put("id", id)
        .put("content", token.text())
        .put("single_word", false)
        .put("lstrip", false)
        .put("rstrip", false)
        .put("normalized", false)
        .put("special", token.isSpecial());
  }

  private static ObjectNode preTokenizer() {
    ObjectNode split = MAPPER.createObjectNode().put("type", "Split");
    split.putObject("pattern").put("Regex", WordSplitter.REGEX);
    split.put("behavior", "Isolated").put("invert", false);
    ObjectNode sequence = MAPPER.createObjectNode().put("type", "Sequence");
    sequence.putArray("pretokenizers").add(split).add(byteLevel());
    return sequence;
  }

  private static ObjectNode byteLevel() {
    return MAPPER
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("trim_offsets", false)
        .put("use_regex", false);
  }

  private static ObjectNode model(List<String> tokens, List<Merge> merges) {
    ObjectNode model = MAPPER.createObjectNode().put("type", "BPE");
    model.putNull("dropout").putNull("unk_token");
    model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
    model.put("fuse_unk", false).put("byte_fallback", false);
    ObjectNode ids = model.putObject("vocab");
    for (int id = 0; id < tokens.size(); id++) {
      ids.put(tokens.get(id), id);
    }
    // No token contains a space: the byte symbol of a space is another character.
    ArrayNode rules = model.putArray("merges");
    merges.forEach(merge -> rules.add(merge.left() + " " + merge.right()));
    return model;
  }
}
