package dev.tandem.jobs.command;

import dev.tandem.jobs.config.ConfigWriter;
import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.jobs.evaluation.Evaluator;
import dev.tandem.jobs.spark.JobSession;
import dev.tandem.jobs.train.Console;
import dev.tandem.jobs.train.Curation;
import dev.tandem.jobs.train.RunFolder;
import dev.tandem.jobs.train.TrainingLoop;
import dev.tandem.schemas.warehouse.Warehouse;
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
    JobSession session = JobSession.start("tandem " + config.run().name());
    RunFolder folder = RunFolder.of(config.run());
    Warehouse warehouse = Warehouse.open(session.spark(), folder.warehouse());
    RunSession run = new RunSession(config, folder, session, warehouse);
    run.trainingLoop().requireSameRun();
    run.writeConfig();
    return run;
  }

  private void writeConfig() {
    folder.write("config.yaml", file -> Files.writeString(file, ConfigWriter.toYaml(config)));
    console.print(
        "Run '%s', seed %d, in %s (effective configuration: config.yaml there)"
            .formatted(config.run().name(), config.run().seed(), folder.place()));
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
    folder.start(config.run());
    return new Evaluator(
        warehouse,
        config.run().name(),
        new EvaluationSet(config.evaluation(), config.rollout().systemPrompt()),
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
