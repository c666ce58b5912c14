package dev.tandem.bench;

import dev.tandem.bench.Side.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures ours against theirs: see {@code README.md}. The sides take turns in short slices, so
 * that whatever else the machine does meets all of them; what is compared are medians.
 */
public final class Benchmark {
  private static final double SLICE_SECONDS = 0.5;

  private static final int WARM_UP_SLICES = 8;

  /** Largest difference of log-probabilities and velocities: float32 over some layers. */
  private static final double TOLERANCE = 1e-3;

  /** Pixels are truncated to whole levels: rounding moves one by a level. */
  private static final double PIXEL_TOLERANCE = 1;

  /** What two workers should do of one's work. */
  private static final double SCALING_TARGET = 1.8;

  private static final String OURS = "ours, 1 worker";
  private static final String OURS_TWICE = "ours, 2 workers";
  private static final String PLAIN = "ours, 1 worker, default malloc";
  private static final String PLAIN_TWICE = "ours, 2 workers, default malloc";
  private static final String THEIRS = "theirs, 1 thread";
  private static final String THEIRS_KERNELS = "theirs, 1 thread, our OpenBLAS kernels";
  private static final String THEIRS_THREADS = "theirs, 2 threads";
  private static final String THEIRS_PROCESSES = "theirs, 2 processes";

  private final Path script;
  private final Path folder;
  private final int rounds;
  private final boolean twoThreads;
  private final List<Task> tasks;

  private Benchmark(Path bench, Map<String, String> options) throws IOException {
    String size = options.getOrDefault("size", "bundled");
    this.script = bench.resolve("theirs.py");
    this.folder = bench.resolve("target").resolve(size);
    this.rounds = Integer.parseInt(options.getOrDefault("rounds", "9"));
    this.twoThreads = !options.getOrDefault("threads", "2").equals("1");
    this.tasks =
        Arrays.stream(options.getOrDefault("tasks", "decode,sample,train").split(","))
            .map(name -> Task.valueOf(name.toUpperCase(Locale.ROOT)))
            .toList();
    Files.createDirectories(folder.getParent());
    RandomPolicy.write(folder, RandomPolicy.Size.valueOf(size.toUpperCase(Locale.ROOT)));
  }

  /** Arguments: the benchmark's folder, then options {@code name=value}. */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> options = new HashMap<>();
    for (String argument : Arrays.asList(arguments).subList(1, arguments.length)) {
      String[] parts = argument.split("=", 2);
      if (parts.length != 2 || !List.of("size", "rounds", "tasks", "threads").contains(parts[0])) {
        System.err.println(
            "Unknown option %s (known: size=bundled|large rounds=N tasks=decode,sample,train threads=1|2)"
                .formatted(argument));
        System.exit(2);
      }
      options.put(parts[0], parts[1]);
    }
    new Benchmark(Path.of(arguments[0]), options).run();
  }

  private void run() throws IOException {
    List<Side> sides = new ArrayList<>();
    try {
      sides.add(Side.ours(OURS, folder, 1, Launch.TUNED));
      sides.add(Side.theirs(THEIRS, script, folder, 1, 1, Launch.PLAIN));
      sides.add(Side.theirs(THEIRS_KERNELS, script, folder, 1, 1, Launch.DEFAULT_MALLOC));
      sides.add(Side.ours(PLAIN, folder, 1, Launch.DEFAULT_MALLOC));
      if (twoThreads) {
        sides.add(Side.ours(OURS_TWICE, folder, 2, Launch.TUNED));
        sides.add(Side.theirs(THEIRS_THREADS, script, folder, 1, 2, Launch.PLAIN));
        sides.add(Side.theirs(THEIRS_PROCESSES, script, folder, 2, 1, Launch.PLAIN));
        sides.add(Side.ours(PLAIN_TWICE, folder, 2, Launch.DEFAULT_MALLOC));
      }
      for (Side side : sides) {
        System.out.println(side.name() + ": " + side.awaitReady());
      }
      check(sides.get(0), sides.get(1));
      for (Task task : tasks) {
        print(task, measure(task, sides));
      }
    } finally {
      sides.forEach(Side::close);
    }
  }

  private void check(Side ours, Side theirs) throws IOException {
    Path file = folder.resolve("check.safetensors");
    ours.ask("check " + file);
    double[] differences =
        Arrays.stream(theirs.ask("check " + file).split(" "))
            .mapToDouble(Double::parseDouble)
            .toArray();
    System.out.printf(
        Locale.ROOT,
        "largest differences: log-probabilities replayed %.1e, decoded %.1e; velocities %.1e; pixels %.0f of 255%n",
        differences[0],
        differences[1],
        differences[2],
        differences[3]);
    boolean same =
        differences[0] < TOLERANCE
            && differences[1] < TOLERANCE
            && differences[2] < TOLERANCE
            && differences[3] <= PIXEL_TOLERANCE;
    if (!same) {
      throw new IllegalStateException("The two sides do not compute the same");
    }
  }

  /** A side's turns at a task. */
  private record Turns(Side side, int batches, List<Side.Speed> speeds) {}

  /** What a side reached, in the task's unit. */
  private record Result(Spread perSecond, Spread perCpuSecond) {

    static Result of(Task task, Turns turns) {
      List<Double> wall = new ArrayList<>();
      List<Double> cpu = new ArrayList<>();
      for (Side.Speed speed : turns.speeds()) {
        wall.add(speed.perSecond() * task.unitsPerBatch());
        cpu.add(speed.perCpuSecond() * task.unitsPerBatch());
      }
      return new Result(Spread.of(wall), Spread.of(cpu));
    }
  }

  private Map<String, Result> measure(Task task, List<Side> sides) throws IOException {
    List<Turns> all = new ArrayList<>();
    for (Side side : sides) {
      all.add(new Turns(side, warmUp(task, side), new ArrayList<>()));
    }
    for (int round = 0; round < rounds; round++) {
      for (Turns turns : all) {
        turns.speeds().add(turns.side().work(task, turns.batches()));
      }
    }
    Map<String, Result> results = new LinkedHashMap<>();
    all.forEach(turns -> results.put(turns.side().name(), Result.of(task, turns)));
    return results;
  }

  /** Lets the JVM compile what it will run; returns the batches of a slice. */
  private static int warmUp(Task task, Side side) throws IOException {
    double speed = side.work(task, 1).perSecond();
    for (int i = 0; i < WARM_UP_SLICES; i++) {
      speed = side.work(task, Math.max(1, (int) (speed * SLICE_SECONDS))).perSecond();
    }
    return Math.max(1, (int) Math.round(speed * SLICE_SECONDS));
  }

  private static void print(Task task, Map<String, Result> results) {
    System.out.printf("%n%s, %s%n", task.command(), task.unit());
    results.forEach(
        (name, result) ->
            System.out.printf(
                Locale.ROOT,
                "  %-38s %10.2f  (%.2f to %.2f)  a CPU second %10.2f%n",
                name,
                result.perSecond().median(),
                result.perSecond().least(),
                result.perSecond().most(),
                result.perCpuSecond().median()));
    System.out.println("  ratios of medians, in brackets by CPU time:");
    ratio(results, OURS, THEIRS, "target %.1f".formatted(task.target()));
    ratio(results, OURS, THEIRS_KERNELS, "");
    ratio(results, OURS, PLAIN, "");
    ratio(results, OURS_TWICE, THEIRS_THREADS, "");
    ratio(results, OURS_TWICE, THEIRS_PROCESSES, "");
    ratio(results, OURS_TWICE, PLAIN_TWICE, "");
    ratio(results, OURS_TWICE, OURS, "target %.1f".formatted(SCALING_TARGET));
  }

  private static void ratio(Map<String, Result> results, String ours, String other, String note) {
    Result first = results.get(ours);
    Result second = results.get(other);
    if (first != null && second != null) {
      System.out.printf(
          Locale.ROOT,
          "  %5.2f [%.2f]  %s / %s  %s%n",
          first.perSecond().median() / second.perSecond().median(),
          first.perCpuSecond().median() / second.perCpuSecond().median(),
          ours,
          other,
          note);
    }
  }
}
