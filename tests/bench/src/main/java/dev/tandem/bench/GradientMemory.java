package dev.tandem.bench;

import dev.tandem.policy.FlowStep;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.training.GradientWorkers;
import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import dev.tandem.policy.training.GradientWorkers.Summed;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Tensor;

/**
 * Peak resident memory of one gradient of a group, above that of the loaded policy: whole or in
 * micro-batches, with the graph kept or recomputed. One measurement a process, as a peak never
 * falls.
 */
public final class GradientMemory {
  private static final int GROUP = 32;
  private static final int TOKENS = 60;
  private static final int STEPS = 3;
  private static final int LATENT_VALUES = 16 * 16;
  private static final int VOCABULARY = 256;

  private GradientMemory() {}

  /**
   * Arguments: a folder for the policy, members of a micro-batch, {@code kept} or {@code
   * recomputed}.
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    if (!Files.exists(folder)) {
      RandomPolicy.write(folder, RandomPolicy.Size.LARGE);
    }
    int members = Integer.parseInt(arguments[1]);
    boolean recomputed = arguments[2].equals("recomputed");
    try (TrainablePolicy policy = TrainablePolicies.load(folder);
        GradientWorkers workers = new GradientWorkers(1)) {
      List<Tensor> parameters =
          policy.parameters().values().stream().filter(Tensor::requires_grad).toList();
      long before = kibibytes("VmRSS:");
      long start = System.nanoTime();
      List<List<LossFunction<Integer>>> bucket = List.of(losses(policy, members, recomputed));
      try (Summed<Integer> summed = workers.differentiateBuckets(parameters, bucket)) {
        System.out.printf(
            Locale.ROOT,
            "%d members at once, %s: peak %.0f MiB above the policy, %.1f s%n",
            members,
            arguments[2],
            (kibibytes("VmHWM:") - before) / 1024.0,
            (System.nanoTime() - start) / 1e9);
      }
    }
  }

  private static List<LossFunction<Integer>> losses(
      TrainablePolicy policy, int members, boolean recomputed) {
    List<LossFunction<Integer>> losses = new ArrayList<>();
    for (int first = 0; first < GROUP; first += members) {
      TrajectoryGroup part = group(first, members);
      losses.add(() -> loss(recomputed ? policy.replayToRecompute(part) : policy.replay(part)));
    }
    return losses;
  }

  private static Loss<Integer> loss(Replay replay) {
    Tensor loss = replay.tokenLogProbs().sum();
    for (Tensor velocity : replay.velocities()) {
      loss = loss.add(velocity.square().sum());
    }
    return new Loss<>(loss, 0, replay.differentiation());
  }

  private static TrajectoryGroup group(int first, int members) {
    List<Trajectory> trajectories = new ArrayList<>();
    for (int i = first; i < first + members; i++) {
      CounterRandom random = RandomKey.of(1).with(i).random();
      int[] tokens = new int[TOKENS];
      for (int k = 0; k < TOKENS; k++) {
        tokens[k] = random.nextInt(VOCABULARY);
      }
      List<FlowStep> steps = new ArrayList<>();
      for (int step = 0; step < STEPS; step++) {
        float[] x = random.nextGaussians(LATENT_VALUES);
        steps.add(new FlowStep(step, 0.9 - 0.2 * step, 0.2, 0.5, x, x, 0));
      }
      trajectories.add(new Trajectory(tokens, steps));
    }
    return new TrajectoryGroup(Prompts.reason("a photo of two stars"), trajectories, 1);
  }

  private static long kibibytes(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IllegalStateException("/proc/self/status has no " + name);
  }
}
