package dev.tandem.jobs.command;

import dev.tandem.jobs.pretrain.PretrainConfig;
import dev.tandem.jobs.pretrain.PretrainJob;
import dev.tandem.jobs.train.Console;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code tandem pretrain}: makes the bundled policy again, from nothing. */
@Command(
    name = "pretrain",
    description = "Train the base policy on ShapeWorld from nothing; about an hour on two cores.")
public final class PretrainCommand implements Runnable {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "folder for checkpoints, metrics and the policy; the same one resumes")
  private Path out = Path.of("");

  @Override
  public void run() {
    try (Console console = Console.open()) {
      Path policy =
          new PretrainJob(
                  PretrainConfig.bundled(out.toAbsolutePath()),
                  (phase, step, steps, metrics) ->
                      console.print("%s %d/%d %s".formatted(phase, step, steps, text(metrics))))
              .run();
      console.print("Policy: " + policy);
    }
  }

  private static String text(Map<String, Double> metrics) {
    return new TreeMap<>(metrics)
        .entrySet().stream()
            .map(e -> String.format(Locale.ROOT, "%s %.4f", e.getKey(), e.getValue()))
            .collect(Collectors.joining(" "));
  }
}
