package dev.tandem.bench;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.checkpoint.Checkpoints;
import dev.tandem.learner.checkpoint.LearnerProgress;
import dev.tandem.learner.config.Anchor;
import dev.tandem.learner.config.ImageLossConfig;
import dev.tandem.learner.config.LearnerConfig;
import dev.tandem.learner.config.OptimizerConfig;
import dev.tandem.learner.config.TextLossConfig;
import dev.tandem.learner.objective.StepScaling;
import dev.tandem.learner.objective.TextAggregation;
import dev.tandem.learner.optimizer.AdamWSettings;
import dev.tandem.learner.optimizer.LearningRateSchedule;
import dev.tandem.learner.update.PolicyUpdate;
import dev.tandem.learner.update.Training;
import dev.tandem.policy.Context;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Resident memory of one process over many iterations: each samples a group from the newest
 * checkpoint, updates the policy and writes the next checkpoint, as a run does. Prints the memory
 * after every tenth and ends with status 1 if it leaves the first tenth's by more than 5 %.
 */
public final class MemoryRun {
  private static final int UPDATES = 500;
  private static final int GROUP = 10;
  private static final double TOLERANCE = 0.05;
  private static final TextSampling TEXT = TextSampling.atTemperature(1, 40);
  private static final ImageSampling IMAGE = new ImageSampling(8, 3, List.of(0, 1, 3), 0.8);
  private static final List<String> PROMPTS =
      List.of("a photo of two stars", "a photo of a red circle and a blue square");
  private static final double LOGP_ALARM = 1e-3;
  private static final double NO_RANKS_TO_WAIT_FOR = 1;
  private static final LearnerConfig LEARNER =
      new LearnerConfig(
          new TextLossConfig(0.2, 0.2, TextAggregation.SEQUENCE_MEAN, 0.01),
          new ImageLossConfig(1, 1e-3, true, StepScaling.NONE, 0.1),
          new OptimizerConfig(
              1e-6,
              1e-6,
              new AdamWSettings(0.9, 0.98, 1e-8, 0),
              LearningRateSchedule.constant(),
              1.0,
              0.9,
              List.of()),
          LoraSettings.none(),
          Anchor.AUTO,
          1,
          1,
          0,
          false,
          false,
          LOGP_ALARM,
          1,
          1,
          NO_RANKS_TO_WAIT_FOR,
          NO_RANKS_TO_WAIT_FOR);

  private final Path start;
  private final Path folder;

  private MemoryRun(Path start, Path folder) {
    this.start = start;
    this.folder = folder;
  }

  /** Arguments: a policy folder, and a folder for checkpoints. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]);
    Files.createDirectories(folder);
    if (!new MemoryRun(Path.of(arguments[0]), folder).isFlat()) {
      System.exit(1);
    }
  }

  private boolean isFlat() throws IOException {
    System.out.println("rollouts  updates  resident MiB  heap used MiB");
    Path current = start;
    long reference = 0;
    double largest = 0;
    for (int update = 1; update <= UPDATES; update++) {
      TrainingGroup group = sample(current, update);
      Path next = folder.resolve(Integer.toString(update % 2));
      update(current, next, group, update);
      current = next;
      if (update % (UPDATES / 10) == 0) {
        long resident = residentKibibytes();
        reference = reference == 0 ? resident : reference;
        largest = Math.max(largest, Math.abs((double) resident / reference - 1));
        report(update, resident);
      }
    }
    System.out.printf(
        Locale.ROOT,
        "largest distance from the first tenth: %.1f %% (allowed: %.0f %%)%n",
        100 * largest,
        100 * TOLERANCE);
    return largest <= TOLERANCE;
  }

  private static TrainingGroup sample(Path policyFolder, int update) {
    var context = Prompts.reason(PROMPTS.get(update % PROMPTS.size()));
    List<RandomKey> keys =
        IntStream.range(0, GROUP).mapToObj(i -> RandomKey.of(1).with(update).with(i)).toList();
    try (Policy policy = Policies.load(policyFolder);
        Context read = policy.encode(context);
        TextRollout texts = policy.generateText(read, TEXT, keys)) {
      List<ImageSample> images = policy.generateImages(texts.context(), IMAGE, keys);
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < GROUP; i++) {
        TextSample text = texts.samples().get(i);
        double advantage = i % 2 == 0 ? 1 : -1;
        members.add(
            new Member(
                i,
                new Trajectory(text.tokens(), images.get(i).steps()),
                text.logProbs(),
                advantage,
                advantage));
      }
      TrajectoryGroup group =
          new TrajectoryGroup(context, members.stream().map(Member::trajectory).toList(), 1);
      return new TrainingGroup("group", "reason", "pair", group, members, TEXT.maxTokens());
    }
  }

  private void update(Path before, Path after, TrainingGroup group, int update) {
    try (TrainablePolicy policy = TrainablePolicies.load(before);
        TrainablePolicy reference = TrainablePolicies.load(start);
        Training training = Checkpoints.resume(before, LEARNER.optimizer(), policy.parameters())) {
      try (PolicyUpdate pass = new PolicyUpdate(LEARNER, policy, reference, training)) {
        pass.run(List.of(group), RandomKey.of(2).with(update));
      }
      Checkpoints.write(
          after,
          policy,
          training,
          new LearnerProgress(1, update, training.steps(), 1, LEARNER.optimizer()));
    }
  }

  private static long residentKibibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IllegalStateException("/proc/self/status has no VmRSS");
  }

  private static void report(int updates, long residentKibibytes) {
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        Locale.ROOT,
        "%8d  %7d  %12.1f  %13.1f%n",
        updates * GROUP,
        updates,
        residentKibibytes / 1024.0,
        (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0);
  }
}
