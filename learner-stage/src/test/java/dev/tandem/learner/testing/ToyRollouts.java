package dev.tandem.learner.testing;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.learner.objective.ClipRange;
import dev.tandem.learner.objective.FlowObjective;
import dev.tandem.learner.objective.FlowTransition;
import dev.tandem.learner.objective.LatentReduction;
import dev.tandem.learner.tensor.HostTensors;
import dev.tandem.policy.FlowStep;
import dev.tandem.policy.Segment;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Trajectories of a {@link ToyPolicy}, with the log-probabilities that it gives them. */
public final class ToyRollouts {
  public static final double TEMPERATURE = 0.9;
  public static final int MAX_TOKENS = 6;
  private static final int LATENT = ToyPolicy.LATENT_TOKENS * ToyPolicy.CHANNELS;
  private static final double[] TIMES = {0.9, 0.7};
  public static final double DT = 0.2;
  private static final double SIGMA = 0.8;

  private ToyRollouts() {}

  /**
   * What a group of members with the given advantages looks like; nulls are members left out. Its
   * pair has the same name.
   */
  public static TrainingGroup reason(ToyPolicy policy, String groupId, Double... advantages) {
    return group(policy, groupId, "reason", advantages, LATENT);
  }

  /** The same with latents of the given number of values. */
  public static TrainingGroup reasonOfSize(
      ToyPolicy policy, String groupId, int latent, Double... advantages) {
    return group(policy, groupId, "reason", advantages, latent);
  }

  /** The same without images. */
  public static TrainingGroup understand(ToyPolicy policy, String groupId, Double... advantages) {
    return group(policy, groupId, "understand", advantages, 0);
  }

  private static TrainingGroup group(
      ToyPolicy policy, String groupId, String stage, Double[] advantages, int latent) {
    List<Trajectory> sampled = new ArrayList<>();
    for (int i = 0; i < advantages.length; i++) {
      CounterRandom random = RandomKey.of(7).with(groupId).with(i).random();
      int[] tokens = new int[1 + random.nextInt(MAX_TOKENS)];
      for (int k = 0; k < tokens.length; k++) {
        tokens[k] = random.nextInt(ToyPolicy.VOCABULARY);
      }
      sampled.add(new Trajectory(tokens, latent > 0 ? steps(random, latent) : List.of()));
    }
    return scored(policy, groupId, stage, sampled, advantages);
  }

  private static List<FlowStep> steps(CounterRandom random, int latent) {
    List<FlowStep> steps = new ArrayList<>();
    for (int i = 0; i < TIMES.length; i++) {
      float[] x = random.nextGaussians(latent);
      float[] noise = random.nextGaussians(latent);
      float[] next = new float[latent];
      for (int k = 0; k < latent; k++) {
        next[k] = 0.9f * x[k] + 0.4f * noise[k];
      }
      steps.add(new FlowStep(i, TIMES[i], DT, SIGMA, x, next, 0));
    }
    return steps;
  }

  /** Fills in the log-probabilities. */
  private static TrainingGroup scored(
      ToyPolicy policy,
      String groupId,
      String stage,
      List<Trajectory> sampled,
      Double[] advantages) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      TrajectoryGroup group =
          new TrajectoryGroup(
              List.of(new Segment.Text("a photo of a red circle")), sampled, TEMPERATURE);
      Replay replay = policy.replay(group);
      double[] logProbs = HostTensors.doubles(replay.tokenLogProbs());
      int width = (int) replay.tokenLogProbs().size(1);
      double[][] stepLogProbs = stepLogProbs(group, replay);
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < sampled.size(); i++) {
        float[] row = new float[sampled.get(i).tokens().length];
        for (int k = 0; k < row.length; k++) {
          row[k] = (float) logProbs[i * width + k];
        }
        List<FlowStep> steps = new ArrayList<>();
        for (int k = 0; k < sampled.get(i).steps().size(); k++) {
          FlowStep step = sampled.get(i).steps().get(k);
          steps.add(
              new FlowStep(
                  step.step(),
                  step.t(),
                  step.dt(),
                  step.sigma(),
                  step.x(),
                  step.xNext(),
                  stepLogProbs[k][i]));
        }
        Trajectory trajectory = new Trajectory(sampled.get(i).tokens(), steps);
        Double image = steps.isEmpty() ? null : advantages[i];
        members.add(new Member(i, trajectory, row, advantages[i], image));
      }
      return new TrainingGroup(
          groupId,
          stage,
          groupId,
          new TrajectoryGroup(
              group.context(), members.stream().map(Member::trajectory).toList(), TEMPERATURE),
          members,
          MAX_TOKENS);
    }
  }

  private static double[][] stepLogProbs(TrajectoryGroup group, Replay replay) {
    FlowObjective objective = new FlowObjective(ClipRange.symmetric(0), true, LatentReduction.MEAN);
    double[][] logProbs = new double[replay.velocities().size()][];
    for (int k = 0; k < logProbs.length; k++) {
      int place = k;
      Tensor velocity = replay.velocities().get(k);
      FlowStep first = group.trajectories().get(0).steps().get(k);
      FlowTransition transition =
          new FlowTransition(
              latents(group, place, true, velocity.shape()),
              latents(group, place, false, velocity.shape()),
              SdeStep.coefficients(first.t(), first.dt(), first.sigma()));
      logProbs[k] = HostTensors.doubles(objective.anchor(transition, velocity).logProb());
    }
    return logProbs;
  }

  private static Tensor latents(TrajectoryGroup group, int step, boolean before, long[] shape) {
    float[][] rows =
        group.trajectories().stream()
            .map(t -> before ? t.steps().get(step).x() : t.steps().get(step).xNext())
            .toArray(float[][]::new);
    return HostTensors.ofRows(rows, shape);
  }
}
