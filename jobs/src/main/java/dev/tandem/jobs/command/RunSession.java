package dev.tandem.jobs.command;

import dev.tandem.jobs.config.ConfigWriter;
import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.jobs.evaluation.Evaluator;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.jobs.train.Console;
import dev.tandem.jobs.train.Curation;
import dev.tandem.jobs.train.RunFolder;
import dev.tandem.jobs.train.StartPolicy;
import dev.tandem.jobs.train.TrainingLoop;
import dev.tandem.schemas.warehouse.Warehouse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/** What the commands that work on a run have open: Spark, the run's tables, the console. */
final class RunSession implements AutoCloseable {
  private final TandemConfig config;
  private final RunFolder folder;
  private final Console console;
  private final JobSession session;
  private final Warehouse warehouse;

  private RunSession(
      TandemConfig config, RunFolder folder, JobSession session, Warehouse warehouse) {
    this.config = config;
    this.folder = folder;
    this.console = Console.open();
    this.session = session;
    this.warehouse = warehouse;
  }

  /** Opens the run that the configuration names; says where it lies. */
  static RunSession open(TandemConfig config) {
    RunFolder folder = RunFolder.of(config.run());
    JobSession session = JobSession.start("tandem " + config.run().name());
    Warehouse warehouse = Warehouse.open(session.spark(), folder.warehouse().toString());
    RunSession run = new RunSession(config, folder, session, warehouse);
    run.trainingLoop().requireSameRun();
    run.writeConfig();
    return run;
  }

  private void writeConfig() {
    try {
      Files.createDirectories(folder.path());
      Files.writeString(folder.path().resolve("config.yaml"), ConfigWriter.toYaml(config));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the configuration to " + folder.path(), e);
    }
    console.print(
        "Run '%s', seed %d, in %s (effective configuration: config.yaml there)"
            .formatted(config.run().name(), config.run().seed(), folder.path()));
  }

  TandemConfig config() {
    return config;
  }

  RunFolder folder() {
    return folder;
  }

  Console console() {
    return console;
  }

  Warehouse warehouse() {
    return warehouse;
  }

  Curation curation() {
    return new Curation(warehouse, console);
  }

  /** The run's evaluations, after its starting policy is in place. */
  Evaluator evaluator() {
    StartPolicy.copy(config.run().policy(), folder.checkpoint(0));
    return new Evaluator(
        warehouse,
        config.run().name(),
        new EvaluationSet(config.evaluation()),
        config.compute().settings());
  }

  TrainingLoop trainingLoop() {
    return new TrainingLoop(config, warehouse, folder, console);
  }

  @Override
  public void close() {
    console.close();
    session.close();
  }
}
