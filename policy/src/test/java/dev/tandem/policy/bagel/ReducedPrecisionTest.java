package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.policy.ComputeDevice;
import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Context;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Precision;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Computing in bfloat16 with float32 parameters, as on a GPU, tried on the CPU. */
class ReducedPrecisionTest {
  private static final ComputeSettings BFLOAT16 =
      new ComputeSettings(ComputeDevice.parse("cpu"), Precision.BFLOAT16);

  /** The most that one rounding to bfloat16 changes a value by, as a share of it. */
  private static final double ROUNDING = Math.pow(2, -9);

  /**
   * Compared with float32: the tiny policy's two layers chain some 20 roundings whose errors mostly
   * cancel. Seen are 1 for log-probabilities, 2 for velocities and 2.7 for gradients.
   */
  private static final double AGAINST_FLOAT32 = 4 * ROUNDING;

  /**
   * Replay against rollout, both in bfloat16: only the order of sums differs, which now and then
   * rounds to the neighbouring number. Seen is 4e-3, for log-probabilities of up to 7.7.
   */
  private static final double AGAINST_ROLLOUT = 8 * ROUNDING;

  private static final int GROUP = 4;
  private static final TextSampling TEXT = TextSampling.atTemperature(1, 12);
  private static final ImageSampling IMAGE = new ImageSampling(5, 3, List.of(0, 2), 0.7);

  private static Path folder;
  private static TrajectoryGroup group;
  private static List<TextSample> texts;

  @BeforeAll
  static void rollOutInBfloat16(@TempDir Path parent) {
    folder = TinyPolicy.write(parent);
    List<RandomKey> keys = new ArrayList<>();
    for (int i = 0; i < GROUP; i++) {
      keys.add(RandomKey.of(3).with(i));
    }
    List<Segment> segments = Prompts.reflect(image(), "a red circle");
    try (Policy policy = Policies.load(folder, BFLOAT16);
        Context context = policy.encode(segments);
        TextRollout rollout = policy.generateText(context, TEXT, keys)) {
      texts = rollout.samples();
      List<ImageSample> images = policy.generateImages(rollout.context(), IMAGE, keys);
      List<Trajectory> trajectories = new ArrayList<>();
      for (int i = 0; i < GROUP; i++) {
        trajectories.add(new Trajectory(texts.get(i).tokens(), images.get(i).steps()));
      }
      group = new TrajectoryGroup(segments, trajectories, TEXT.logProbTemperature());
    }
  }

  private static RgbImage image() {
    byte[] rgb = new byte[16 * 16 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 37);
    }
    return new RgbImage(16, 16, rgb);
  }

  @Test
  void aSamplingPolicyHoldsItsWeightsInBfloat16AndItsCodecInFloat32() {
    try (PolicyFiles files = PolicyFiles.load(folder, BFLOAT16, false)) {
      assertThat(types(files.weights())).containsOnly(torch.ScalarType.BFloat16);
      assertThat(types(files.autoencoderWeights())).containsOnly(torch.ScalarType.Float);
    }
  }

  @Test
  void parametersUnderTrainingStayFloat32() {
    try (PolicyFiles files = PolicyFiles.load(folder, BFLOAT16, true)) {
      assertThat(types(files.weights())).containsOnly(torch.ScalarType.Float);
    }
  }

  private static List<torch.ScalarType> types(Weights weights) {
    return weights.tensors().values().stream()
        .map(tensor -> tensor.scalar_type().intern())
        .toList();
  }

  @Test
  void replaysAgreeWithTheRolloutAndWithFloat32() {
    try (TrainablePolicy rounded = TrainablePolicies.load(folder, BFLOAT16);
        TrainablePolicy exact = TrainablePolicies.load(folder);
        PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Replay replay = rounded.replay(group);
      Replay reference = exact.replay(group);
      assertThat(replay.tokenLogProbs().scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
      assertThat(replay.velocities().get(0).scalar_type().intern())
          .isEqualTo(torch.ScalarType.Float);
      float[] logProbs = Tensors.floats(replay.tokenLogProbs());
      int columns = logProbs.length / GROUP;
      for (int row = 0; row < GROUP; row++) {
        float[] stored = texts.get(row).logProbs();
        for (int column = 0; column < stored.length; column++) {
          assertThat((double) logProbs[row * columns + column])
              .isCloseTo(stored[column], within(AGAINST_ROLLOUT));
        }
      }
      assertThat(distance(replay.tokenLogProbs(), reference.tokenLogProbs()))
          .isPositive()
          .isLessThan(AGAINST_FLOAT32);
      assertThat(distance(replay.velocities().get(1), reference.velocities().get(1)))
          .isPositive()
          .isLessThan(AGAINST_FLOAT32);
    }
  }

  @Test
  void gradientsAreFloat32AndCloseToThoseOfFloat32() {
    Map<String, float[]> rounded = gradients(BFLOAT16);
    Map<String, float[]> exact = gradients(ComputeSettings.CPU);
    assertThat(rounded.keySet()).isEqualTo(exact.keySet()).hasSizeGreaterThan(50);
    double error = 0;
    double size = 0;
    for (Map.Entry<String, float[]> gradient : exact.entrySet()) {
      float[] other = rounded.get(gradient.getKey());
      for (int i = 0; i < other.length; i++) {
        error += Math.pow(other[i] - gradient.getValue()[i], 2);
        size += Math.pow(gradient.getValue()[i], 2);
      }
    }
    assertThat(Math.sqrt(error / size)).isPositive().isLessThan(AGAINST_FLOAT32);
  }

  /** Gradients of a loss over tokens and velocities, by parameter. */
  private static Map<String, float[]> gradients(ComputeSettings compute) {
    Map<String, float[]> values = new HashMap<>();
    try (TrainablePolicy policy = TrainablePolicies.load(folder, compute);
        PointerScope scope = new PointerScope()) {
      Replay replay = policy.replay(group);
      Tensor loss =
          replay.tokenLogProbs().sum().add(replay.velocities().get(0).square().sum()).neg();
      List<String> names = new ArrayList<>();
      TensorVector parameters = new TensorVector();
      policy
          .parameters()
          .forEach(
              (name, parameter) -> {
                if (parameter.requires_grad()) {
                  names.add(name);
                  parameters.push_back(parameter);
                }
              });
      TensorVector gradients =
          torch.grad(
              new TensorVector(loss),
              parameters,
              new TensorVector(),
              new BoolOptional(),
              false,
              true);
      for (int i = 0; i < names.size(); i++) {
        Tensor gradient = gradients.get(i);
        if (gradient.defined()) {
          assertThat(gradient.scalar_type().intern()).isEqualTo(torch.ScalarType.Float);
          values.put(names.get(i), Tensors.floats(gradient));
        }
      }
    }
    return values;
  }

  @Test
  void passesAreCountedWhicheverWeightsARoundedReplayUses() {
    try (TrainablePolicy policy = TrainablePolicies.load(folder, BFLOAT16);
        PointerScope scope = new PointerScope()) {
      policy.replay(group);
      assertThat(policy.passes().textReplays()).isEqualTo(1);
      assertThat(policy.passes().velocities()).isEqualTo(IMAGE.stochasticSteps().size());
    }
  }

  @Test
  void savedParametersAreThoseThatWereLoaded(@TempDir Path other) {
    try (TrainablePolicy policy = TrainablePolicies.load(folder, BFLOAT16)) {
      policy.save(other.resolve("copy"));
    }
    assertThat(Policies.version(other.resolve("copy"))).isEqualTo(Policies.version(folder));
  }

  /** The largest difference as a share of the largest value. */
  private static double distance(Tensor rounded, Tensor exact) {
    return rounded.sub(exact).abs().max().item_double() / exact.abs().max().item_double();
  }
}
