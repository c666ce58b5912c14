package dev.tandem.learner.parallel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** SHA-256 of weights, by which ranks make sure that they still have the same ones. */
public final class WeightDigest {
  private static final long CHUNK = 1 << 24;

  private WeightDigest() {}

  /** The digest of names and values in the order of the names, in hexadecimal. */
  public static String of(SortedMap<String, Tensor> weights) {
    MessageDigest digest = sha256();
    weights.forEach(
        (name, value) -> {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          try (PointerScope scope = new PointerScope()) {
            Tensor plain = value.detach().cpu().contiguous();
            update(digest, plain.data_ptr(), plain.numel() * plain.element_size());
          }
        });
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Compares the digests of all ranks.
   *
   * @throws RankException on every rank, naming ranks and digests, if they are not the same
   */
  public static void requireEqual(Ranks ranks, String mine) {
    List<String> digests = ranks.gather(mine);
    Map<String, List<Integer>> holders = new TreeMap<>();
    for (int rank = 0; rank < digests.size(); rank++) {
      holders.computeIfAbsent(digests.get(rank), digest -> new ArrayList<>()).add(rank);
    }
    if (holders.size() > 1) {
      List<String> found =
          holders.entrySet().stream()
              .map(
                  entry ->
                      "%s on rank %s".formatted(entry.getKey(), RollCall.names(entry.getValue())))
              .toList();
      throw new RankException(
          "The ranks have different weights after the update: found SHA-256 %s (expected the same on all %d)"
              .formatted(String.join(", ", found), digests.size()));
    }
  }

  /** A buffer of Java cannot hold the largest tensors. */
  private static void update(MessageDigest digest, Pointer start, long bytes) {
    BytePointer all = new BytePointer(start).capacity(bytes);
    for (long offset = 0; offset < bytes; offset += CHUNK) {
      all.position(offset).limit(Math.min(bytes, offset + CHUNK));
      digest.update(all.asByteBuffer());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
