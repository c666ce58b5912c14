package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.GradientWorkers;
import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.LossFunction;
import dev.tandem.policy.training.GradientWorkers.Summed;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.random.RandomKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradient checkpointing on the bundled policy: the same numbers to the bit. */
class RecomputationTest {
  private static final TextSampling TEXT = new TextSampling(0.9, 50, 0.9, 40);
  private static final Guidance GUIDANCE =
      new Guidance(4.0, 1.5, 0.4, 1, Guidance.Renorm.TEXT_CHANNEL, 0);
  private static final int MEMBERS = 3;

  /** A plan alone, a plan and a picture, and both after an image with guidance. */
  private static final List<TrajectoryGroup> GROUPS = new ArrayList<>();

  @BeforeAll
  static void sample() {
    try (Policy policy = Policies.load(Rollouts.bundled())) {
      TrajectoryGroup drawn = group(policy, 0, Guidance.NONE);
      GROUPS.add(
          new TrajectoryGroup(
              drawn.context(),
              drawn.trajectories().stream()
                  .map(
                      member ->
                          new dev.tandem.policy.training.Trajectory(member.tokens(), List.of()))
                  .toList(),
              drawn.temperature()));
      GROUPS.add(drawn);
      GROUPS.add(group(policy, 1, GUIDANCE));
    }
  }

  private static TrajectoryGroup group(Policy policy, int number, Guidance guidance) {
    ImageSampling image = new ImageSampling(8, 3, List.of(0, 1, 3), 0.7, guidance);
    return Rollouts.sample(
            policy, Rollouts.context(number), TEXT, image, Rollouts.keys(number, MEMBERS))
        .trajectories();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void gradientsOfAllParametersAreTheSameToTheBit(int group) {
    try (TrainablePolicy policy = TrainablePolicies.load(Rollouts.bundled())) {
      assertSame(policy, GROUPS.get(group));
    }
  }

  @Test
  void frozenParametersAreLeftOut() {
    try (TrainablePolicy policy = TrainablePolicies.load(Rollouts.bundled())) {
      policy
          .parameters()
          .forEach((name, tensor) -> tensor.requires_grad_(name.contains("layers.2")));
      assertSame(policy, GROUPS.get(1));
    }
  }

  @Test
  void adaptersGetTheSameGradients() {
    LoraSettings lora = new LoraSettings(4, 8, List.of("language_model.*_proj*.weight"));
    try (TrainablePolicy policy =
        TrainablePolicies.loadAdapted(
            Rollouts.bundled(), null, lora, RandomKey.of(3), ComputeSettings.CPU)) {
      try (NoGradGuard noGradient = new NoGradGuard();
          PointerScope scope = new PointerScope()) {
        policy.parameters().values().forEach(tensor -> tensor.add_(new Scalar(1e-3)));
      }
      assertSame(policy, GROUPS.get(1));
      assertSame(policy, GROUPS.get(2));
    }
  }

  private static void assertSame(TrainablePolicy policy, TrajectoryGroup group) {
    Map<String, float[]> expected = gradients(policy, () -> loss(policy.replay(group)));
    Map<String, float[]> found = gradients(policy, () -> loss(policy.replayToRecompute(group)));

    assertThat(found.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
    List<String> different =
        expected.keySet().stream()
            .filter(name -> !Arrays.equals(found.get(name), expected.get(name)))
            .toList();
    assertThat(different).as("of " + expected.size()).isEmpty();
  }

  /** Depends on every value, differently. */
  private static Loss<float[]> loss(Replay replay) {
    Tensor loss = replay.tokenLogProbs().square().sum();
    for (int step = 0; step < replay.velocities().size(); step++) {
      Tensor velocity = replay.velocities().get(step);
      loss = loss.add(velocity.mul(torch.sin(velocity)).sum().mul(new Scalar(1.0 + step)));
    }
    return new Loss<>(loss, Tensors.floats(loss.reshape(1)), replay.differentiation());
  }

  /** The gradients that there are by name, and the loss. */
  private static Map<String, float[]> gradients(
      TrainablePolicy policy, LossFunction<float[]> loss) {
    List<String> names = new ArrayList<>();
    List<Tensor> parameters = new ArrayList<>();
    policy
        .parameters()
        .forEach(
            (name, tensor) -> {
              if (tensor.requires_grad()) {
                names.add(name);
                parameters.add(tensor);
              }
            });
    Map<String, float[]> gradients = new TreeMap<>();
    try (GradientWorkers workers = new GradientWorkers(1);
        PointerScope scope = new PointerScope();
        Summed<float[]> summed = workers.differentiate(parameters, List.of(loss))) {
      for (int i = 0; i < names.size(); i++) {
        Tensor gradient = summed.gradients().get(i);
        if (gradient != null) {
          gradients.put(names.get(i), Tensors.floats(gradient).clone());
        }
      }
      gradients.put("loss", summed.reports().get(0).clone());
    }
    assertThat(Arrays.toString(gradients.get("loss"))).doesNotContain("NaN");
    return gradients;
  }
}
