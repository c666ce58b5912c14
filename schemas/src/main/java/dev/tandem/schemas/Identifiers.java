package dev.tandem.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Row identifiers derived from keys, so that a task that runs twice writes the same row. Each is
 * the first 80 bits of a SHA-256 digest as 20 hex digits; its input is the kind of identifier and
 * the key's parts, each preceded by its length, so that no two keys read the same.
 */
public final class Identifiers {
  private static final int BYTES = 10;

  private Identifiers() {}

  /** Identifies a group of rollouts that share their context. */
  public static String groupId(String runId, int iteration, String stage, String pairId) {
    return digest("group", runId, Integer.toString(iteration), stage, pairId);
  }

  /** Identifies a member of a group, {@code sampleIndex} counting from 0. */
  public static String rolloutId(String runId, int iteration, String groupId, int sampleIndex) {
    return digest(
        "rollout", runId, Integer.toString(iteration), groupId, Integer.toString(sampleIndex));
  }

  /** Identifies a sample by where it comes from and what it says, for example file and text. */
  public static String sampleId(String... identity) {
    return digest("sample", identity);
  }

  /** Identifies a pair by its two samples. */
  public static String pairId(String generationSampleId, String understandingSampleId) {
    return digest("pair", generationSampleId, understandingSampleId);
  }

  /** The SHA-256 digest of the bytes as 64 hex digits. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  private static String digest(String kind, String... parts) {
    MessageDigest digest = sha256();
    update(digest, kind);
    for (String part : parts) {
      update(digest, part);
    }
    return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
  }

  private static void update(MessageDigest digest, String part) {
    byte[] utf8 = part.getBytes(StandardCharsets.UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).flip());
    digest.update(utf8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
