package dev.tandem.bench.overlap;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A {@link SlowJudge} in a process of its own, whose processor time is no cost of ours. */
final class JudgeProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  private JudgeProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  static JudgeProcess start() throws IOException {
    Process process =
        new ProcessBuilder(
                List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SlowJudge.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = process.inputReader();
    return new JudgeProcess(process, Integer.parseInt(output.readLine()));
  }

  /** An endpoint whose answers take so long, each of those that are worked on at the same time. */
  String url(Duration each, int atOnce) {
    return "http://127.0.0.1:%d/%d/%d/v1".formatted(port, each.toNanos(), atOnce);
  }

  /** Seconds of the processors so far. */
  double processorTime() {
    return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  /** Ends it, as the end of its input does when this process ends otherwise. */
  @Override
  public void close() {
    process.destroy();
  }
}
