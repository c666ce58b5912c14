package dev.tandem.policy.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * GPT-2's printable stand-ins for the 256 byte values: printable Latin-1 characters stand for
 * themselves, all other bytes for the characters from U+0100 on.
 */
final class ByteSymbols {
  private static final char[] SYMBOLS = symbols();

  private ByteSymbols() {}

  /** The UTF-8 bytes of the text, one symbol a byte. */
  static List<String> of(String text) {
    List<String> symbols = new ArrayList<>();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      symbols.add(String.valueOf(SYMBOLS[value & 0xFF]));
    }
    return symbols;
  }

  /** All 256 symbols in the order of their characters, which is the order of token ids. */
  static List<String> alphabet() {
    return new String(SYMBOLS).chars().sorted().mapToObj(Character::toString).toList();
  }

  private static char[] symbols() {
    char[] symbols = new char[256];
    char next = 256;
    for (int value = 0; value < symbols.length; value++) {
      symbols[value] = isPrintable(value) ? (char) value : next++;
    }
    return symbols;
  }

  private static boolean isPrintable(int value) {
    return (value >= '!' && value <= '~')
        || (value >= '¡' && value <= '¬')
        || (value >= '®' && value <= 'ÿ');
  }
}
