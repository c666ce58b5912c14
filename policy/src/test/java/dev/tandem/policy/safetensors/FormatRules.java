package dev.tandem.policy.safetensors;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The published rules of the safetensors format, read from a whole file in memory and shared with
 * no code under test: 8 bytes of length, a JSON object that starts with a brace, tensors that fill
 * the data without gap or overlap, each as long as its type and shape say.
 */
final class FormatRules {
  private static final int LENGTH_BYTES = 8;
  private static final Map<String, Integer> TYPE_BYTES =
      Map.of("BOOL", 1, "U8", 1, "F16", 2, "BF16", 2, "I32", 4, "F32", 4, "F64", 8, "I64", 8);

  /** The order in which the reference writes types: strictest alignment first. */
  static final List<String> WRITTEN_ORDER =
      List.of("I64", "F64", "F32", "I32", "BF16", "F16", "U8", "BOOL");

  private static final BigInteger MAXIMAL_SIZE = BigInteger.valueOf(Long.MAX_VALUE);
  private static final ObjectMapper STRICT =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  static {
    STRICT
        .getFactory()
        .setStreamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(50_000).build());
  }

  private FormatRules() {}

  /** One tensor as the header gives it. */
  record Entry(String name, String type, List<Long> shape, long begin, long end) {}

  /** The tensors in the order of the header. */
  static List<Entry> parse(byte[] file) throws IOException {
    String header = header(file);
    require(header.startsWith("{"), "the header starts with a brace");
    JsonNode root = STRICT.readTree(header);
    require(root.isObject(), "the header is an object");
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (field.getKey().equals("__metadata__")) {
        require(field.getValue().isObject(), "metadata is an object");
        field.getValue().forEach(text -> require(text.isTextual(), "metadata holds strings"));
      } else {
        entries.add(entry(field.getKey(), field.getValue()));
      }
    }
    checkLayout(entries, file.length - LENGTH_BYTES - headerBytes(file));
    return entries;
  }

  /** The header without its length. */
  static String header(byte[] file) throws IOException {
    require(file.length >= LENGTH_BYTES, "a file has a length");
    long bytes = headerBytes(file);
    require(bytes >= 0 && bytes <= file.length - LENGTH_BYTES, "the header is in the file");
    ByteBuffer header = ByteBuffer.wrap(file, LENGTH_BYTES, (int) bytes);
    return StandardCharsets.UTF_8.newDecoder().decode(header).toString();
  }

  private static long headerBytes(byte[] file) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static Entry entry(String name, JsonNode node) {
    require(node.isObject() && node.size() == 3, "an entry has three keys");
    String type = node.path("dtype").textValue();
    require(type != null && TYPE_BYTES.containsKey(type), "the type is known");
    List<Long> offsets = numbers(node.path("data_offsets"));
    require(offsets.size() == 2, "there are two offsets");
    return new Entry(name, type, numbers(node.path("shape")), offsets.get(0), offsets.get(1));
  }

  private static List<Long> numbers(JsonNode list) {
    require(list.isArray(), "sizes are lists");
    List<Long> numbers = new ArrayList<>();
    for (JsonNode number : list) {
      require(number.isIntegralNumber(), "sizes are whole numbers");
      BigInteger value = number.bigIntegerValue();
      require(value.signum() >= 0 && value.compareTo(MAXIMAL_SIZE) <= 0, "sizes are in range");
      numbers.add(value.longValueExact());
    }
    return numbers;
  }

  private static void checkLayout(List<Entry> entries, long dataBytes) {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long position = 0;
    for (Entry entry : sorted) {
      require(entry.begin() == position && entry.end() >= position, "tensors follow each other");
      BigInteger bytes = BigInteger.valueOf(TYPE_BYTES.get(entry.type()));
      BigInteger product = bytes;
      for (long size : entry.shape()) {
        bytes = bytes.multiply(BigInteger.valueOf(size));
        product = product.multiply(BigInteger.valueOf(Math.max(1, size)));
      }
      require(product.compareTo(MAXIMAL_SIZE) <= 0, "the shape is possible");
      require(bytes.longValueExact() == entry.end() - entry.begin(), "bytes fit type and shape");
      position = entry.end();
    }
    require(position == dataBytes, "the tensors fill the file");
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("Broken rule: " + rule);
    }
  }
}
