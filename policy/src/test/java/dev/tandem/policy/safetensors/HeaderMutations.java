package dev.tandem.policy.safetensors;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Makes tensor files that are nearly right: a good file, changed where a liar or a broken disk
 * would, first in what the header says and then in its bytes. A seed always gives the same file,
 * and none has more than a few thousand bytes.
 */
final class HeaderMutations {
  private static final List<String> TYPES =
      List.of("BOOL", "U8", "F16", "BF16", "I32", "F32", "F64", "I64");
  private static final List<Integer> TYPE_BYTES = List.of(1, 1, 2, 2, 4, 4, 8, 8);
  private static final List<String> NAMES =
      List.of(
          "a", "b", "layers.0.weight", "", "__metadata__", "ä€😀", "\\u0061", "\\\"", "\\ud800");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "1",
          "-1",
          "-0",
          "1.0",
          "1e3",
          "00",
          "2147483648",
          "4611686018427387904",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "9".repeat(400),
          "9".repeat(1500),
          "NaN",
          "Infinity",
          "\"8\"",
          "null",
          "true",
          "[]",
          "{}",
          "[8]");
  private static final List<String> VALUES =
      List.of("null", "1", "\"F32\"", "{}", "[]", "[1]", "[[[]]]", "\"\"", "false", "x", "");
  private static final List<String> DTYPES =
      List.of("\"F8_E4M3\"", "\"f32\"", "\"\"", "32", "null", "[\"F32\"]", "{}", "\"F32\\u0000\"");
  private static final int DEEP = 1_500;

  private final RandomGenerator random;

  private HeaderMutations(RandomGenerator random) {
    this.random = random;
  }

  static byte[] file(long seed) {
    return new HeaderMutations(new SplittableRandom(seed)).file();
  }

  /** One entry of the header as text that need not be right. */
  private static final class Entry {
    String name;
    String dtype;
    List<String> shape = new ArrayList<>();
    List<String> offsets = new ArrayList<>();
    String extra = "";

    Entry(String name, String dtype) {
      this.name = name;
      this.dtype = dtype;
    }

    String json() {
      return "\"%s\":{\"dtype\":%s,\"shape\":[%s],\"data_offsets\":[%s]%s}"
          .formatted(name, dtype, String.join(",", shape), String.join(",", offsets), extra);
    }
  }

  private byte[] file() {
    List<Entry> entries = new ArrayList<>();
    int dataBytes = addTensors(entries);
    for (int i = random.nextInt(3); i > 0; i--) {
      mutateEntry(entries);
    }
    if (random.nextInt(4) == 0) {
      dataBytes = Math.max(0, dataBytes + random.nextInt(-9, 10));
    }
    byte[] header = header(entries).getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4) == 0 ? random.nextInt(1, 4) : 0; i > 0; i--) {
      header = mutateBytes(header);
    }
    byte[] file = frame(header, dataBytes);
    return random.nextInt(12) == 0 ? mutateBytes(file) : file;
  }

  private int addTensors(List<Entry> entries) {
    int position = 0;
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      int type = random.nextInt(TYPES.size());
      Entry entry = new Entry("t" + i, '"' + TYPES.get(type) + '"');
      int bytes = TYPE_BYTES.get(type);
      for (int axes = random.nextInt(4); axes > 0; axes--) {
        int size = random.nextInt(5);
        entry.shape.add(Integer.toString(size));
        bytes *= size;
      }
      entry.offsets.addAll(List.of(Integer.toString(position), Integer.toString(position + bytes)));
      position += bytes;
      entries.add(entry);
    }
    if (random.nextBoolean()) {
      Collections.shuffle(entries, new Random(random.nextLong()));
    }
    return position;
  }

  private void mutateEntry(List<Entry> entries) {
    Entry entry = pick(entries);
    switch (random.nextInt(12)) {
      case 0 -> entry.name = pick(NAMES);
      case 1 -> entry.dtype = random.nextBoolean() ? pick(DTYPES) : '"' + pick(TYPES) + '"';
      case 2 -> mutateNumbers(entry.shape);
      case 3, 4 -> mutateNumbers(entry.offsets);
      case 5 -> shift(entry.offsets);
      case 6 -> entries.add(entry);
      case 7 -> entries.remove(entry);
      case 8 -> entry.extra = ",\"%s\":%s".formatted(pick(List.of("x", "shape")), pick(VALUES));
      case 9 -> entry.shape.addAll(Collections.nCopies(random.nextInt(30), "1"));
      case 10 -> entry.name = pick(entries).name;
      default -> entry.dtype = "\"F32\",\"shape\":" + pick(VALUES) + ",\"dtype\":" + entry.dtype;
    }
    if (entries.isEmpty()) {
      entries.add(entry);
    }
  }

  private void mutateNumbers(List<String> numbers) {
    int place = random.nextInt(numbers.size() + 1);
    if (place == numbers.size() || random.nextInt(5) == 0) {
      numbers.add(place, pick(NUMBERS));
    } else if (random.nextInt(5) == 0) {
      numbers.remove(place);
    } else {
      numbers.set(place, pick(NUMBERS));
    }
  }

  private void shift(List<String> offsets) {
    int by = random.nextInt(-4, 5);
    offsets.replaceAll(
        text -> text.matches("\\d{1,9}") ? Integer.toString(Integer.parseInt(text) + by) : text);
  }

  private String header(List<Entry> entries) {
    List<String> parts = new ArrayList<>();
    if (random.nextInt(4) == 0) {
      parts.add(metadata());
    }
    entries.forEach(entry -> parts.add(entry.json()));
    String object = "{" + String.join(random.nextInt(20) == 0 ? ", \n" : ",", parts) + "}";
    return switch (random.nextInt(40)) {
      case 0 -> " " + object;
      case 1 -> object + pick(List.of("x", "{}", "\u0000", "]", "\n \t"));
      case 2 -> "[" + object + "]";
      case 3 -> object.replaceFirst("\\[", "[".repeat(DEEP));
      case 4 -> object.replaceFirst(":", ":{\"a\":".repeat(DEEP));
      case 5 -> "{\"a\":".repeat(DEEP);
      case 6 -> "\uFEFF" + object;
      case 7 -> object.replace('"', '\'');
      case 8 -> "{" + "\"%s\":1,".formatted("n".repeat(1200)) + object.substring(1);
      default -> object + " ".repeat(random.nextInt(9));
    };
  }

  private String metadata() {
    return switch (random.nextInt(6)) {
      case 0 -> "\"__metadata__\":" + pick(VALUES);
      case 1 -> "\"__metadata__\":{\"a\":" + pick(VALUES) + "}";
      case 2 -> "\"__metadata__\":{\"a\":\"b\",\"a\":\"c\"}";
      default -> "\"__metadata__\":{\"format\":\"pt\",\"€\":\"\\n\"}";
    };
  }

  private byte[] mutateBytes(byte[] bytes) {
    if (bytes.length == 0) {
      return bytes;
    }
    int start = random.nextInt(bytes.length);
    int end = Math.min(bytes.length, start + random.nextInt(1, 12));
    return switch (random.nextInt(6)) {
      case 0 -> flipped(bytes, start, 1 << random.nextInt(8));
      case 1 -> flipped(bytes, start, random.nextInt(1, 256));
      case 2 -> joined(bytes, 0, start, bytes, end, bytes.length);
      case 3 -> joined(bytes, 0, end, bytes, start, bytes.length);
      case 4 -> Arrays.copyOf(bytes, start);
      default -> inserted(bytes, start);
    };
  }

  private static byte[] flipped(byte[] bytes, int place, int mask) {
    byte[] copy = bytes.clone();
    copy[place] ^= (byte) mask;
    return copy;
  }

  private byte[] inserted(byte[] bytes, int place) {
    byte[] random = new byte[this.random.nextInt(1, 12)];
    this.random.nextBytes(random);
    byte[] head = joined(bytes, 0, place, random, 0, random.length);
    return joined(head, 0, head.length, bytes, place, bytes.length);
  }

  private static byte[] joined(byte[] first, int start, int end, byte[] second, int from, int to) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(first, start, end - start);
    joined.write(second, from, to - from);
    return joined.toByteArray();
  }

  private byte[] frame(byte[] header, int dataBytes) {
    long length =
        switch (random.nextInt(60)) {
          case 0 -> 0;
          case 1 -> -1;
          case 2 -> Long.MIN_VALUE;
          case 3 -> 100_000_000;
          case 4 -> 100_000_001;
          case 5 -> header.length + random.nextInt(1, 9);
          case 6 -> Math.max(0, header.length - random.nextInt(1, 9));
          case 7 -> (long) header.length << 32;
          case 8 -> random.nextLong();
          default -> header.length;
        };
    byte[] data = new byte[dataBytes];
    random.nextBytes(data);
    return ByteBuffer.allocate(Long.BYTES + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .put(data)
        .array();
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
