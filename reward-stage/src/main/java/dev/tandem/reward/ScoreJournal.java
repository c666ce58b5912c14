package dev.tandem.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tandem.schemas.warehouse.SharedFolder;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Scores on their way to the table {@code reward_cache}: tasks write them here as JSON lines, a
 * file for each group, since a process that is killed before the iteration's scores are together
 * would lose them, and models and servers would be asked again.
 *
 * @param folder below the warehouse, with a folder for each run
 */
record ScoreJournal(String folder) implements Serializable {

  /** Writes in a task. */
  Writer writer() {
    return new Writer(folder);
  }

  /** Writes scores, from any number of threads; finding the file system anew each time is slow. */
  static final class Writer {
    private final String folder;
    private @Nullable SharedFolder journal;

    private Writer(String folder) {
      this.folder = folder;
    }

    /** Writes what is worth keeping. */
    void write(List<Score> scores) {
      List<KeptScore> kept = scores.stream().map(KeptScore::of).flatMap(Optional::stream).toList();
      if (kept.isEmpty()) {
        return;
      }
      try {
        Path file = Files.createTempFile("tandem-scores-", ".jsonl");
        try {
          Files.writeString(
              file, kept.stream().map(Json::write).collect(Collectors.joining("\n", "", "\n")));
          journal().child(kept.get(0).runId()).publishFile(file, UUID.randomUUID() + ".jsonl");
        } finally {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write scores to " + folder, e);
      }
    }

    private synchronized SharedFolder journal() {
      if (journal == null) {
        journal = SharedFolder.of(folder);
      }
      return journal;
    }
  }

  /** All that lies here; a line that a killed process left unfinished is passed over. */
  List<KeptScore> read() {
    SharedFolder journal = SharedFolder.of(folder);
    if (!journal.exists()) {
      return List.of();
    }
    List<KeptScore> scores = new ArrayList<>();
    try (SharedFolder.LocalFiles files = journal.open();
        Stream<Path> paths = Files.walk(files.path())) {
      for (Path file : paths.filter(Files::isRegularFile).sorted().toList()) {
        if (file.toString().endsWith(".jsonl")) {
          Files.readAllLines(file).forEach(line -> parse(line).ifPresent(scores::add));
        }
      }
      return scores;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  private static Optional<KeptScore> parse(String line) {
    try {
      return Optional.of(Json.MAPPER.readValue(line, KeptScore.class));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** Forgets a run's scores, which lie in the table now. */
  void delete(String runId) {
    SharedFolder ofRun = SharedFolder.of(folder).child(runId);
    if (ofRun.exists()) {
      ofRun.delete();
    }
  }
}
