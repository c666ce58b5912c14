package dev.tandem.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One side of the comparison: processes that work at the same time when told to. */
final class Side implements AutoCloseable {
  /** What the launcher sets: glibc keeps large blocks instead of mapping each one anew. */
  private static final Map<String, String> MALLOC =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", "33554432",
          "MALLOC_TRIM_THRESHOLD_", "2147483648",
          "MALLOC_TOP_PAD_", "134217728");

  /** OpenBLAS's choice of kernels; set by the launcher where its own choice is known to be slow. */
  private static final String CORE_TYPE = "OPENBLAS_CORETYPE";

  private final String name;
  private final int batchesAtOnce;
  private final List<Peer> peers = new ArrayList<>();

  private Side(String name, int batchesAtOnce) {
    this.name = name;
    this.batchesAtOnce = batchesAtOnce;
  }

  /** What the launcher sets beside the number of threads. */
  enum Launch {
    /** Everything. */
    TUNED,
    /** The kernels of OpenBLAS only. */
    DEFAULT_MALLOC,
    /** Nothing. */
    PLAIN
  }

  /** Our side: one JVM with one worker a thread. */
  static Side ours(String name, Path policy, int threads, Launch launch) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Side side = new Side(name, threads);
    List<String> command =
        List.of(
            java,
            "-Xmx1g",
            "-XX:+UseSerialGC",
            Ours.class.getName(),
            policy.toString(),
            Integer.toString(threads));
    side.peers.add(new Peer(command, 1, launch));
    return side;
  }

  /** Python's side: processes of some threads each. */
  static Side theirs(
      String name, Path script, Path policy, int processes, int threads, Launch launch)
      throws IOException {
    Side side = new Side(name, processes);
    for (int i = 0; i < processes; i++) {
      List<String> command =
          List.of(
              "/usr/bin/python3", script.toString(), policy.toString(), Integer.toString(threads));
      side.peers.add(new Peer(command, threads, launch));
    }
    return side;
  }

  String name() {
    return name;
  }

  /** Waits until all processes are ready; what they say of themselves. */
  String awaitReady() throws IOException {
    String greeting = "";
    for (Peer peer : peers) {
      greeting = peer.answer();
    }
    return greeting;
  }

  /** A command for the first process; its answer. */
  String ask(String command) throws IOException {
    peers.get(0).send(command);
    return peers.get(0).answer();
  }

  /**
   * How fast work was done.
   *
   * @param perSecond batches a second
   * @param perCpuSecond batches a second of processor time of all threads, which other programs on
   *     the machine disturb less; infinite where the time was too short to be counted
   */
  record Speed(double perSecond, double perCpuSecond) {}

  /** The speed when every worker of this side does so many batches. */
  Speed work(Task task, int batches) throws IOException {
    double cpu = cpuSeconds();
    long start = System.nanoTime();
    for (Peer peer : peers) {
      peer.send(task.command() + " " + batches);
    }
    for (Peer peer : peers) {
      peer.answer();
    }
    double wall = (System.nanoTime() - start) / 1e9;
    double done = (double) batches * batchesAtOnce;
    return new Speed(done / wall, done / (cpuSeconds() - cpu));
  }

  private double cpuSeconds() {
    double seconds = 0;
    for (Peer peer : peers) {
      seconds += peer.process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L) / 1e9;
    }
    return seconds;
  }

  @Override
  public void close() {
    peers.forEach(Peer::close);
  }

  private static final class Peer {
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    Peer(List<String> command, int threads, Launch launch) throws IOException {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      Map<String, String> environment = builder.environment();
      environment.put("OMP_NUM_THREADS", Integer.toString(threads));
      environment.put("OPENBLAS_NUM_THREADS", Integer.toString(threads));
      MALLOC.keySet().forEach(environment::remove);
      if (launch == Launch.TUNED) {
        environment.putAll(MALLOC);
      }
      if (launch == Launch.PLAIN) {
        environment.remove(CORE_TYPE);
      }
      this.process = builder.start();
      this.answers = process.inputReader(StandardCharsets.UTF_8);
      this.commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    void send(String command) throws IOException {
      commands.write(command + "\n");
      commands.flush();
    }

    String answer() throws IOException {
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("A process of the benchmark ended early; see its messages above");
      }
      return line;
    }

    void close() {
      process.destroy();
    }
  }
}
