package dev.tandem.jobs.command;

import dev.tandem.jobs.config.ConfigLoader;
import dev.tandem.jobs.config.TandemConfig;
import dev.tandem.jobs.evaluation.EvaluationSet;
import dev.tandem.jobs.examination.Examination;
import dev.tandem.jobs.examination.ExaminationReport;
import dev.tandem.jobs.examination.Findings;
import dev.tandem.jobs.train.Console;
import dev.tandem.policy.Policy;
import dev.tandem.schemas.UserError;
import dev.tandem.shapeworld.geneval.Tag;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code tandem examine}: what a policy can do, skill by skill; needs no Spark. */
@Command(
    name = "examine",
    description =
        "Measure what a policy can do on fresh ShapeWorld items: draw, plan, answer, reflect, edit.")
public final class ExamineCommand implements Runnable {
  private static final int TEMPLATES = Tag.values().length;
  private static final int REPORTED_PARTS = 10;

  @Mixin private final PolicyOption policyOption = new PolicyOption();
  @Mixin private final ComputeOptions compute = new ComputeOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "folder for examination.json and samples.png (default: ${DEFAULT-VALUE})")
  private Path out = Path.of("runs", "examination");

  @Option(
      names = "--prompts",
      paramLabel = "N",
      description = "prompts, shared out among the six templates (default: ${DEFAULT-VALUE})")
  private int prompts = 600;

  @Option(
      names = "--questions",
      paramLabel = "N",
      description = "multiple-choice questions (default: ${DEFAULT-VALUE})")
  private int questions = 600;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "seed of the items and samples (default: that of evaluations)")
  private @Nullable Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "threads; results do not depend on them (default: one a processor)")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public void run() {
    EvaluationSet set = set();
    requireAtLeast("--threads", threads, 1);
    Instant start = Instant.now();
    try (Console console = Console.open();
        Policy policy = policyOption.open(compute.settings())) {
      console.print("Policy %s (%s)".formatted(policy.info().version(), policyOption.title()));
      console.doing("examining");
      Findings findings =
          new Examination(policy, set, (items, done, all) -> report(console, items, done, all))
              .run(threads);
      write(console, new ExaminationReport(policy.info(), set, findings));
      console.print("Took %d s".formatted(Duration.between(start, Instant.now()).toSeconds()));
    }
  }

  /** The quickstart's sampling; plans are sampled at temperature 1. */
  private EvaluationSet set() {
    requireAtLeast("--prompts", prompts, TEMPLATES);
    requireAtLeast("--questions", questions, 0);
    if (prompts % TEMPLATES != 0) {
      throw new UserError(
          "Invalid --prompts: %d (expected a multiple of the %d templates, for example %d)"
              .formatted(prompts, TEMPLATES, prompts / TEMPLATES * TEMPLATES));
    }
    TandemConfig.Evaluation quickstart =
        ConfigLoader.load("quickstart", null, System.getProperties(), List.of()).evaluation();
    return new EvaluationSet(
        new TandemConfig.Evaluation(
            false,
            false,
            quickstart.suites(),
            prompts / TEMPLATES,
            1,
            questions,
            1,
            quickstart.maxTokens(),
            quickstart.steps(),
            quickstart.shift(),
            seed == null ? quickstart.seed() : seed));
  }

  private static void requireAtLeast(String option, int value, int least) {
    if (value < least) {
      throw new UserError("Invalid %s: %d (must be at least %d)".formatted(option, value, least));
    }
  }

  private static void report(Console console, String items, int done, int all) {
    if (done == all || done * REPORTED_PARTS / all > (done - 1) * REPORTED_PARTS / all) {
      console.print("Examined %d/%d %s".formatted(done, all, items));
      console.doing("examining");
    }
  }

  private void write(Console console, ExaminationReport report) {
    Path json = out.resolve("examination.json");
    Path picture = out.resolve("samples.png");
    report.writeJson(json);
    boolean captioned = report.writePicture(picture);
    console.print("");
    console.print(report.table());
    console.print("");
    console.print("Figures: " + json);
    console.print(
        "Picture, samples by tag: %s%s"
            .formatted(picture, captioned ? "" : " (without captions: this machine has no font)"));
  }
}
