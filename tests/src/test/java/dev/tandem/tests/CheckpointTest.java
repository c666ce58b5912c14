package dev.tandem.tests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.jobs.Tandem;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.schemas.warehouse.Warehouse;
import dev.tandem.testing.OtherFileSystem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run whose process or whose checkpoints are hurt. */
class CheckpointTest {
  private static final int ITERATIONS = 3;

  @TempDir private static Path folder;
  private static Path policy;
  private static Path whole;

  @BeforeAll
  static void trainWithoutInterruption() {
    OtherFileSystem.register();
    policy = SmallPolicy.write(folder);
    whole = folder.resolve("whole");
    assertThat(Tandem.run(arguments(whole.toString(), ITERATIONS))).isZero();
  }

  /** The file system is not java.nio's, and the process stops in the middle of a file. */
  @Test
  void aRunKilledWhileItWritesACheckpointEndsWithTheSameBits() throws Exception {
    Path disk = folder.resolve("killed");
    String place = OtherFileSystem.SCHEME + ":" + disk;

    int status = runInAProcessThatHalts(arguments(place, ITERATIONS), ".2.new/model.safetensors");

    assertThat(status).isEqualTo(OtherFileSystem.HALTED);
    assertThat(checkpoint(disk, 1)).isDirectory();
    assertThat(checkpoint(disk, 2)).doesNotExist();
    Path torn = disk.resolve("run/checkpoints/.2.new/model.safetensors");
    assertThat(Files.size(torn)).isLessThan(Files.size(checkpoint(whole, 2).resolve(MODEL)));

    assertThat(Tandem.run(arguments(place, ITERATIONS))).isZero();

    assertSameCheckpoint(disk);
    everyRolloutCountsOnce(place);
  }

  @Test
  void severalRanksNeedAFolderThatTheyAllSee() {
    String place = OtherFileSystem.SCHEME + ":" + folder.resolve("ranks");
    List<String> args = new ArrayList<>(List.of(arguments(place, ITERATIONS)));
    args.addAll(List.of("--set", "learner.ranks=2"));

    String said = errorOf(args.toArray(new String[0]));

    assertThat(said).contains("learner.ranks=2").contains(place).contains("every executor mounts");
  }

  @Test
  void aDamagedNewestCheckpointFallsBackToTheOneBefore() throws IOException {
    Path disk = folder.resolve("damaged");
    assertThat(Tandem.run(arguments(disk.toString(), ITERATIONS - 1))).isZero();
    Path model = checkpoint(disk, ITERATIONS - 1).resolve(MODEL);
    byte[] bytes = Files.readAllBytes(model);
    bytes[bytes.length / 2] ^= 1;
    Files.write(model, bytes);

    String printed = printedBy(arguments(disk.toString(), ITERATIONS));

    assertThat(printed)
        .contains(
            "Warning: the checkpoint of iteration 2 cannot be used: model.safetensors has SHA-256 ")
        .contains("Warning: going on after iteration 1; the iterations after it are made again");
    assertSameCheckpoint(disk);
    everyRolloutCountsOnce(disk.toString());
  }

  @Test
  void withoutAnyWholeCheckpointTheRunGoesBackToItsStart() throws IOException {
    Path disk = folder.resolve("lost");
    assertThat(Tandem.run(arguments(disk.toString(), ITERATIONS - 1))).isZero();
    Files.delete(checkpoint(disk, 2).resolve("optimizer.safetensors"));
    Files.delete(checkpoint(disk, 1).resolve("manifest.json"));

    String printed = printedBy(arguments(disk.toString(), ITERATIONS));

    assertThat(printed)
        .contains("iteration 2 cannot be used: optimizer.safetensors is missing")
        .contains("iteration 1 cannot be used: manifest.json is missing")
        .contains("going on after iteration 0");
    assertSameCheckpoint(disk);
    everyRolloutCountsOnce(disk.toString());
  }

  private static final String MODEL = "model.safetensors";

  private static void assertSameCheckpoint(Path disk) throws IOException {
    for (String file : List.of(MODEL, "optimizer.safetensors", "ema.safetensors", "learner.json")) {
      assertThat(checkpoint(disk, ITERATIONS).resolve(file))
          .as(file)
          .hasSameBinaryContentAs(checkpoint(whole, ITERATIONS).resolve(file));
    }
    // The last two are kept, and the start.
    assertThat(disk.resolve("run/checkpoints"))
        .isDirectoryContaining("glob:**/0")
        .isDirectoryContaining("glob:**/2")
        .isDirectoryNotContaining("glob:**/1");
  }

  private static Path checkpoint(Path disk, int iteration) {
    return disk.resolve("run/checkpoints").resolve(Integer.toString(iteration));
  }

  private static void everyRolloutCountsOnce(String place) {
    try (JobSession session = JobSession.start("count")) {
      Warehouse.open(session.spark(), place + "/run/warehouse");
      Row row =
          session
              .spark()
              .sql("select count(*), count(distinct rollout_id) from committed_rollouts")
              .head();
      long expected = ITERATIONS * 2 * 2 * 3; // pairs, sides, group
      assertThat(List.of(row.getLong(0), row.getLong(1))).isEqualTo(List.of(expected, expected));
      assertThat(session.spark().sql("select * from iterations").count()).isEqualTo(ITERATIONS);
    }
  }

  private static String[] arguments(String runs, int iterations) {
    List<String> args = new ArrayList<>(List.of("train"));
    List<String> settings =
        List.of(
            "run.name=run",
            "run.policy=" + policy,
            "run.folder=" + runs,
            "run.iterations=" + iterations,
            "data.shapeworld_samples=24",
            "sampling.pairs=2",
            "rollout.group=3",
            "rollout.reason.max_tokens=6",
            "rollout.image.steps=4",
            "rollout.image.window.end=3",
            "rollout.image.window.size=2",
            "reward.reason.text.reference_similarity=1",
            "reward.reason.image.reference_similarity=1",
            "learner.threads=1",
            "learner.micro_batch=2",
            "learner.ppo_epochs=2",
            "learner.optimizer.ema_decay=0.9");
    settings.forEach(setting -> args.addAll(List.of("--set", setting)));
    return args.toArray(new String[0]);
  }

  private static String errorOf(String[] arguments) {
    PrintStream console = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(Tandem.run(arguments)).isEqualTo(2);
    } finally {
      System.setErr(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static String printedBy(String[] arguments) {
    PrintStream console = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(Tandem.run(arguments)).isZero();
    } finally {
      System.setOut(console);
    }
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static int runInAProcessThatHalts(String[] arguments, String file) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-D" + OtherFileSystem.HALT_AT + "=" + file);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(TrainProcess.class.getName());
    command.addAll(List.of(arguments));
    Path log = folder.resolve("process.log");
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start()
        .waitFor();
  }

  /** The command in a process of its own, with the other file system. */
  static final class TrainProcess {
    private TrainProcess() {}

    public static void main(String[] arguments) {
      OtherFileSystem.register();
      System.exit(Tandem.run(arguments));
    }
  }
}
