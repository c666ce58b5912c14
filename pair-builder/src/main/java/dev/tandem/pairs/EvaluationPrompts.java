package dev.tandem.pairs;

import static org.apache.spark.sql.functions.col;

import dev.tandem.schemas.Table;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.jsonl.LineFormatException;
import dev.tandem.schemas.jsonl.SampleLine;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * The prompts of an evaluation. Prompts are the same if they have the same letters and digits, in
 * whatever case and with whatever between the words.
 *
 * @param normalized the prompts, reduced to that
 */
record EvaluationPrompts(Set<String> normalized) {
  EvaluationPrompts {
    normalized = Set.copyOf(normalized);
  }

  /** Reads a JSONL file whose lines have the key {@code prompt}, as those of GenEval. */
  static EvaluationPrompts read(Path file) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new UserError(
          "Cannot read pairs.screening.evaluation_prompts: %s (expected a JSONL file): %s"
              .formatted(file, e),
          e);
    }
    Set<String> prompts = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        prompts.add(prompt(lines.get(i), file, i + 1));
      }
    }
    return new EvaluationPrompts(prompts);
  }

  private static String prompt(String line, Path file, int number) {
    try {
      String prompt = SampleLine.parse(line).prompt();
      if (prompt != null) {
        return normalize(prompt);
      }
    } catch (LineFormatException e) {
      throw new UserError("%s, line %d: %s".formatted(file, number, e.getMessage()), e);
    }
    throw new UserError("%s, line %d: no key prompt".formatted(file, number));
  }

  static String normalize(String prompt) {
    return prompt.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
  }

  /** Ids of the samples whose prompt is among these, ascending. */
  List<String> overlap(Warehouse warehouse) {
    Set<String> prompts = normalized;
    return warehouse
        .read(Table.SAMPLES)
        .where(col("prompt").isNotNull())
        .select("sample_id", "prompt")
        .filter((FilterFunction<Row>) row -> prompts.contains(normalize(row.getString(1))))
        .select("sample_id")
        .distinct()
        .orderBy("sample_id")
        .as(Encoders.STRING())
        .collectAsList();
  }
}
