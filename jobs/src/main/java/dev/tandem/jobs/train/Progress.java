package dev.tandem.jobs.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** Tells of iterations: what goes on now, and one line for each that is done. */
final class Progress {
  private static final int NAME_PARTS = 3;

  private final Console console;
  private final int last;

  Progress(Console console, int last) {
    this.console = console;
    this.last = last;
  }

  /** A clock whose phases the console shows. */
  PhaseClock begin(int iteration) {
    return new PhaseClock(
        phase -> console.doing("iteration %d/%d: %s".formatted(iteration, last, phase)));
  }

  /** Prints the iteration's line: rewards by task, ratios, clip shares, seconds by phase. */
  void done(int iteration, SortedMap<String, Double> metrics, PhaseTimes times) {
    console.report(
        "%s | %s | ratio %s clip %s | %s"
            .formatted(
                "%3d/%d".formatted(iteration, last),
                String.join(" | ", rewards(metrics)),
                textAndImage(metrics, "ratio/text_mean", "ratio/flow_mean", "%.4f"),
                textAndImage(metrics, "clip_share/text", "clip_share/flow", "%.2f"),
                seconds(times)));
  }

  /** {@code reason geneval_graded 0.61: colors 0.90, counting 0.35} and so on. */
  private static List<String> rewards(SortedMap<String, Double> metrics) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Double> metric : metrics.tailMap("reward/").entrySet()) {
      String[] name = metric.getKey().split("/", NAME_PARTS + 1);
      if (!name[0].equals("reward")) {
        break;
      }
      if (name.length == NAME_PARTS) {
        lines.add(number("%s %.2f", name[2], metric.getValue()));
      } else if (!name[2].equals("format")) {
        int at = lines.size() - 1;
        String separator = lines.get(at).contains(":") ? ", " : ": ";
        lines.set(at, lines.get(at) + separator + number("%s %.2f", name[3], metric.getValue()));
      }
    }
    return lines;
  }

  private static String textAndImage(
      SortedMap<String, Double> metrics, String text, String image, String format) {
    List<String> values = new ArrayList<>();
    if (metrics.containsKey(text)) {
      values.add("text " + number(format, metrics.get(text)));
    }
    if (metrics.containsKey(image)) {
      values.add("image " + number(format, metrics.get(image)));
    }
    return values.isEmpty() ? "-" : String.join(" ", values);
  }

  private static String seconds(PhaseTimes times) {
    List<String> phases = new ArrayList<>();
    times.seconds().forEach((phase, time) -> phases.add(number("%s %.1f", phase, time)));
    phases.add(number("all %.1f s, policy %.1f s", times.elapsed(), times.policy()));
    return String.join(" ", phases);
  }

  private static String number(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
