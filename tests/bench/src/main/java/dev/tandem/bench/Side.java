package dev.tandem.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

  private final String name;
  private final int batchesAtOnce;
  private final List<Peer> peers = new ArrayList<>();

  private Side(String name, int batchesAtOnce) {
    this.name = name;
    this.batchesAtOnce = batchesAtOnce;
  }

  /** Our side with one worker a thread, in one JVM, with or without the launcher's malloc. */
  static Side ours(String name, Path policy, int threads, boolean tunedMalloc) throws IOException {
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
    side.peers.add(new Peer(command, 1, tunedMalloc));
    return side;
  }

  /** Python's side: processes of some threads each. */
  static Side theirs(String name, Path script, Path policy, int processes, int threads)
      throws IOException {
    Side side = new Side(name, processes);
    for (int i = 0; i < processes; i++) {
      List<String> command =
          List.of(
              "/usr/bin/python3", script.toString(), policy.toString(), Integer.toString(threads));
      side.peers.add(new Peer(command, threads, false));
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

  /** Batches a second when every worker of this side does so many. */
  double batchesPerSecond(Task task, int batches) throws IOException {
    long start = System.nanoTime();
    for (Peer peer : peers) {
      peer.send(task.command() + " " + batches);
    }
    for (Peer peer : peers) {
      peer.answer();
    }
    return (double) batches * batchesAtOnce / ((System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() {
    peers.forEach(Peer::close);
  }

  private static final class Peer {
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;

    Peer(List<String> command, int threads, boolean tunedMalloc) throws IOException {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      Map<String, String> environment = builder.environment();
      environment.put("OMP_NUM_THREADS", Integer.toString(threads));
      environment.put("OPENBLAS_NUM_THREADS", Integer.toString(threads));
      MALLOC.keySet().forEach(environment::remove);
      if (tunedMalloc) {
        environment.putAll(MALLOC);
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
