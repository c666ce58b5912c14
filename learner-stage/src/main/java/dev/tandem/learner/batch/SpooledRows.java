package dev.tandem.learner.batch;

import dev.tandem.learner.batch.SpoolFile.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rollouts in a local file, by group, as Spark lays rows out; and the images that they ask about.
 * Written by one thread, then read by several.
 */
final class SpooledRows implements AutoCloseable {
  private final SpoolFile file = SpoolFile.create();
  private final Map<String, List<Slice>> rows = new HashMap<>();
  private final Map<String, Slice> images = new HashMap<>();

  /**
   * @param row as {@link RolloutRow#bytes}
   */
  void add(byte[] row) {
    rows.computeIfAbsent(RolloutRow.groupId(row), absent -> new ArrayList<>())
        .add(file.append(ByteBuffer.wrap(row)));
  }

  void addImage(String sampleId, byte[] image) {
    images.put(sampleId, file.append(ByteBuffer.wrap(image)));
  }

  /** The rows of a group in no order, the first member's with its image if it has one. */
  List<RolloutRow> read(String groupId) {
    return rows.getOrDefault(groupId, List.of()).stream()
        .map(slice -> RolloutRow.of(file.read(slice).array()))
        .map(row -> image(row).map(row::withImage).orElse(row))
        .toList();
  }

  private Optional<byte[]> image(RolloutRow row) {
    return row.asksAboutImage()
        ? Optional.ofNullable(images.get(row.sampleId())).map(slice -> file.read(slice).array())
        : Optional.empty();
  }

  /** Deletes the file. Closing again changes nothing. */
  @Override
  public void close() {
    file.close();
  }
}
