package dev.tandem.bench;

import dev.tandem.learner.optimizer.AdamW;
import dev.tandem.learner.optimizer.AdamWSettings;
import dev.tandem.learner.optimizer.TrainedParameter;
import dev.tandem.policy.FlowStep;
import dev.tandem.policy.training.GradientWorkers;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Policy-gradient-like steps over fixed trajectories of full length. */
final class TrainingWork implements AutoCloseable {
  private static final double LEARNING_RATE = 1e-6;
  private static final AdamWSettings SETTINGS = new AdamWSettings(0.9, 0.98, 1e-8, 0.01);

  private final TrainablePolicy policy;
  private final List<Tensor> parameters = new ArrayList<>();
  private final AdamW optimizer;
  private final GradientWorkers workers;
  private final List<GradientWorkers.LossFunction<String>> losses;

  /** Steps over as many batches as there are threads, one on each. */
  TrainingWork(TrainablePolicy policy, int vocabulary, int latentSize, int threads) {
    this.policy = policy;
    List<TrainedParameter> trained = new ArrayList<>();
    policy
        .parameters()
        .forEach(
            (name, tensor) -> {
              if (tensor.requires_grad() && isReached(name)) {
                parameters.add(tensor);
                trained.add(new TrainedParameter(name, tensor, LEARNING_RATE));
              }
            });
    this.optimizer = AdamW.fresh(SETTINGS, trained);
    this.workers = new GradientWorkers(threads);
    TrajectoryGroup group = group(vocabulary, latentSize);
    this.losses = Collections.nCopies(threads, () -> loss(group));
  }

  /** A prompt without an image does not reach the vision tower. */
  private static boolean isReached(String name) {
    return !name.startsWith("vit_model") && !name.startsWith("connector");
  }

  private static TrajectoryGroup group(int vocabulary, int latentSize) {
    CounterRandom random = RandomKey.of(2).random();
    List<Trajectory> trajectories = new ArrayList<>();
    for (int row = 0; row < Workload.BATCH; row++) {
      int[] tokens = new int[Workload.TEXT];
      for (int i = 0; i < tokens.length; i++) {
        // The last ids are the special ones.
        tokens[i] = (int) (random.nextDouble() * vocabulary / 2);
      }
      List<FlowStep> steps = new ArrayList<>();
      for (int i = 0; i < Workload.TRAINED_TIMES.size(); i++) {
        float[] x = random.nextGaussians(latentSize);
        steps.add(new FlowStep(i, Workload.TRAINED_TIMES.get(i), 0.1, 0.5, x, x, 0));
      }
      trajectories.add(new Trajectory(tokens, steps));
    }
    return new TrajectoryGroup(Workload.PROMPT, trajectories, 1);
  }

  private GradientWorkers.Loss<String> loss(TrajectoryGroup group) {
    Replay replay = policy.replay(group);
    float[] signs = new float[Workload.BATCH];
    for (int row = 0; row < signs.length; row++) {
      signs[row] = row % 2 == 0 ? 1 : -0.5f;
    }
    Tensor advantages = Tensor.create(signs, signs.length, 1);
    Tensor loss = replay.tokenLogProbs().mul(advantages).mean().neg();
    Tensor perImage = advantages.unsqueeze(2);
    for (int step = 0; step < replay.velocities().size(); step++) {
      Tensor velocity = replay.velocities().get(step);
      float[] flat = group.trajectories().get(0).steps().get(step).x();
      Tensor target = Tensor.create(flat, 1, velocity.size(1), velocity.size(2));
      loss = loss.add(velocity.sub(target).square().mul(perImage).mean(), new Scalar(1));
    }
    return new GradientWorkers.Loss<>(loss, "");
  }

  /** One optimizer step over the sum of all batches. */
  void step() {
    try (GradientWorkers.Summed<String> summed = workers.differentiate(parameters, losses)) {
      List<Tensor> gradients = new ArrayList<>();
      for (Tensor gradient : summed.gradients()) {
        if (gradient == null) {
          throw new IllegalStateException("A parameter takes no part in the loss");
        }
        gradients.add(gradient);
      }
      optimizer.step(gradients, 1);
    }
  }

  @Override
  public void close() {
    workers.close();
    optimizer.close();
  }
}
