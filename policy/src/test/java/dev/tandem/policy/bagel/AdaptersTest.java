package dev.tandem.policy.bagel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.policy.ComputeSettings;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.safetensors.TensorFiles;
import dev.tandem.policy.training.GradientWorkers;
import dev.tandem.policy.training.GradientWorkers.Loss;
import dev.tandem.policy.training.GradientWorkers.Summed;
import dev.tandem.policy.training.LoraSettings;
import dev.tandem.policy.training.Replay;
import dev.tandem.policy.training.TrainablePolicies;
import dev.tandem.policy.training.TrainablePolicy;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.UserError;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
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
import org.junit.jupiter.api.io.TempDir;

class AdaptersTest {
  private static final int RANK = 4;
  private static final double ALPHA = 6;
  private static final LoraSettings LORA =
      new LoraSettings(RANK, ALPHA, List.of("language_model.*_proj*.weight", "llm2vae.weight"));
  private static final RandomKey KEY = RandomKey.of(3);
  private static final String MATRIX = "language_model.model.layers.1.mlp_moe_gen.down_proj.weight";

  /** A projection of a gradient sums in other order than the graph of the product. */
  private static final float ROUNDING = 2e-5f;

  @TempDir static Path folder;
  private static Path base;
  private static TrajectoryGroup group;

  @BeforeAll
  static void sample() {
    base = TinyPolicy.write(folder);
    ImageSampling image = new ImageSampling(6, 3, List.of(0, 2), 0.7, Guidance.NONE);
    try (Policy policy = Policies.load(base)) {
      group =
          Rollouts.sample(
                  policy,
                  Rollouts.context(0),
                  TextSampling.atTemperature(1, 12),
                  image,
                  Rollouts.keys(0, 3))
              .trajectories();
    }
  }

  private static TrainablePolicy adapted(Path checkpoint) {
    return TrainablePolicies.loadAdapted(base, checkpoint, LORA, KEY, ComputeSettings.CPU);
  }

  /** Adapters that change the matrices, as training would. */
  private static TrainablePolicy changed() {
    TrainablePolicy policy = adapted(null);
    try (NoGradGuard noGradient = new NoGradGuard();
        PointerScope scope = new PointerScope()) {
      policy
          .parameters()
          .forEach(
              (name, tensor) -> {
                if (name.endsWith("lora_B.weight")) {
                  CounterRandom random = KEY.with(name).random();
                  float[] values = random.nextGaussians((int) tensor.numel());
                  tensor.copy_(Tensor.create(values, tensor.shape()).mul(new Scalar(0.05)));
                }
              });
    }
    return policy;
  }

  @Test
  void freshAdaptersChangeNoBit() {
    Path merged = folder.resolve("fresh");
    try (TrainablePolicy adapted = adapted(null)) {
      adapted.save(merged);
      assertThat(Policies.version(merged)).isEqualTo(Policies.version(base));
      adapted
          .parameters()
          .forEach(
              (name, tensor) -> {
                float[] values = Tensors.floats(tensor);
                double bound = 1 / Math.sqrt(tensor.size(1));
                if (name.endsWith("lora_A.weight")) {
                  assertThat(tensor.size(0)).as(name).isEqualTo(RANK);
                  for (float value : values) {
                    assertThat(value).as(name).isNotZero().isBetween((float) -bound, (float) bound);
                  }
                } else {
                  assertThat(tensor.size(1)).as(name).isEqualTo(RANK);
                  assertThat(values).as(name).containsOnly(0);
                }
              });
    }
  }

  @Test
  void firstValuesComeFromTheKeyAndTheName() {
    try (TrainablePolicy one = adapted(null);
        TrainablePolicy same = adapted(null)) {
      String name = LoraSettings.nameOfA(MATRIX);
      assertThat(Tensors.floats(same.parameters().get(name)))
          .isEqualTo(Tensors.floats(one.parameters().get(name)));
      assertThat(Tensors.floats(one.parameters().get(name)))
          .isNotEqualTo(
              Tensors.floats(
                  one.parameters()
                      .get(LoraSettings.nameOfA(MATRIX.replace("layers.1", "layers.0")))));
    }
  }

  /** With W' = W + s B A: dA = s B^T dW' and dB = s dW' A^T. */
  @Test
  void gradientsAreTheFullGradientsProjections() {
    Path merged = folder.resolve("projected");
    try (TrainablePolicy adapted = changed()) {
      adapted.save(merged);
      Map<String, Tensor> found = gradients(adapted);
      try (TrainablePolicy full = TrainablePolicies.load(merged);
          PointerScope scope = new PointerScope();
          NoGradGuard noGradient = new NoGradGuard()) {
        Map<String, Tensor> whole = gradients(full);
        int matrices = 0;
        for (String a : found.keySet()) {
          if (a.endsWith("lora_A.weight")) {
            String matrix = LoraSettings.matrixOf(a);
            String b = LoraSettings.nameOfB(matrix);
            Scalar scale = new Scalar(ALPHA / RANK);
            Tensor gradient = whole.get(matrix);
            assertClose(
                a, found.get(a), adapted.parameters().get(b).t().matmul(gradient).mul(scale));
            assertClose(
                b, found.get(b), gradient.matmul(adapted.parameters().get(a).t()).mul(scale));
            matrices++;
          }
        }
        assertThat(matrices).isEqualTo(found.size() / 2).isGreaterThan(20);
      }
    }
  }

  private static void assertClose(String name, Tensor found, Tensor expected) {
    float[] values = Tensors.floats(expected);
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(Tensors.floats(found)).as(name).containsExactly(values, within(ROUNDING * largest));
  }

  @Test
  void mergedWeightsReplayTheSameAndTheBaseComesBack() {
    Path merged = folder.resolve("merged");
    try (TrainablePolicy adapted = changed()) {
      String before = bits(adapted);
      adapted.save(merged);

      assertThat(bits(adapted).equals(before)).isTrue();
      try (TrainablePolicy full = TrainablePolicies.load(merged);
          PointerScope scope = new PointerScope();
          NoGradGuard noGradient = new NoGradGuard()) {
        assertThat(Tensors.floats(full.replay(group).tokenLogProbs()))
            .containsExactly(
                Tensors.floats(adapted.replay(group).tokenLogProbs()), within(ROUNDING));
      }
    }
    assertThat(Policies.version(merged)).isNotEqualTo(Policies.version(base));
  }

  /** The anchor of a ratio is replayed without gradients, the update's own pass with them. */
  @Test
  void aReplayWithoutGradientsEqualsOneWithThemBitForBit() {
    try (TrainablePolicy adapted = changed();
        PointerScope scope = new PointerScope()) {
      assertThat(bits(adapted.replay(group)).equals(bits(adapted))).isTrue();
      assertThat(bits(adapted.replayToRecompute(group)).equals(bits(adapted))).isTrue();
    }
  }

  @Test
  void unmergingRestoresTheBasesBits() {
    try (PolicyFiles files = PolicyFiles.load(base, false);
        Adapters adapters = Adapters.fresh(LORA, files.weights(), KEY);
        NoGradGuard noGradient = new NoGradGuard();
        PointerScope scope = new PointerScope()) {
      adapters.parameters().values().forEach(tensor -> tensor.add_(new Scalar(0.3)));
      float[] original = Tensors.floats(files.weights().tensor(MATRIX)).clone();

      adapters.merge(files.weights());
      assertThat(Tensors.floats(files.weights().tensor(MATRIX))).isNotEqualTo(original);
      assertThatThrownBy(() -> adapters.merge(files.weights()))
          .hasMessage("The adapters are merged already");

      adapters.unmerge(files.weights());
      assertThat(Tensors.floats(files.weights().tensor(MATRIX))).isEqualTo(original);
    }
  }

  @Test
  void savedAdaptersAreLoadedToTheBit() {
    Path checkpoint = folder.resolve("saved");
    try (TrainablePolicy adapted = changed()) {
      adapted.save(checkpoint);
      try (TrainablePolicy loaded = adapted(checkpoint)) {
        loaded
            .parameters()
            .forEach(
                (name, tensor) ->
                    assertThat(Tensors.floats(tensor))
                        .as(name)
                        .isEqualTo(Tensors.floats(adapted.parameters().get(name))));
        assertThat(bits(loaded).equals(bits(adapted))).isTrue();
      }
    }
  }

  @Test
  void adaptersLieAloneInTheFormOfPeft() {
    Path checkpoint = folder.resolve("alone");
    try (TrainablePolicy adapted = changed();
        PointerScope scope = new PointerScope()) {
      adapted.save(checkpoint);
      assertThat(
              TensorFiles.load(
                      checkpoint.resolve("adapter/adapter_model.safetensors"),
                      torch.ScalarType.Float)
                  .keySet())
          .containsExactlyInAnyOrderElementsOf(adapted.parameters().keySet())
          .contains(
              "base_model.model.language_model.model.layers.0.self_attn.q_proj.lora_A.weight",
              "base_model.model.llm2vae.lora_B.weight")
          .noneMatch(name -> name.contains("vit_model") || name.contains("embed"));
    }
    assertThat(checkpoint.resolve("adapter/adapter_config.json"))
        .content()
        .contains("\"peft_type\" : \"LORA\"")
        .contains("\"r\" : 4")
        .contains("\"lora_alpha\" : 6.0")
        .contains("\"language_model.model.layers.1.mlp_moe_gen.down_proj\"")
        .contains("\"base_model_name_or_path\" : \"" + Policies.version(base) + "\"");
  }

  @Test
  void adaptersOfOtherSettingsOrAnotherBaseAreRefused() {
    Path checkpoint = folder.resolve("refused");
    try (TrainablePolicy adapted = changed()) {
      adapted.save(checkpoint);
    }
    LoraSettings wider = new LoraSettings(RANK + 1, ALPHA, LORA.targets());

    assertThatThrownBy(
            () -> TrainablePolicies.loadAdapted(base, checkpoint, wider, KEY, ComputeSettings.CPU))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("adapter_config.json: r is 4, expected 5");
    assertThatThrownBy(
            () ->
                TrainablePolicies.loadAdapted(
                    checkpoint, checkpoint, LORA, KEY, ComputeSettings.CPU))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("base_model_name_or_path is " + Policies.version(base));
    assertThatThrownBy(() -> adapted(base))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("Cannot go on from the adapters in");
  }

  @Test
  void patternsThatMatchNoMatrixAreTheUsersError() {
    LoraSettings none = new LoraSettings(RANK, ALPHA, List.of("*norm*", "*embed_tokens*"));
    assertThatThrownBy(
            () -> TrainablePolicies.loadAdapted(base, null, none, KEY, ComputeSettings.CPU))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("[*norm*, *embed_tokens*] (learner.lora.targets) match none");
  }

  private static String bits(TrainablePolicy policy) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGradient = new NoGradGuard()) {
      return bits(policy.replay(group));
    }
  }

  private static String bits(Replay replay) {
    StringBuilder bits = new StringBuilder(Arrays.toString(Tensors.floats(replay.tokenLogProbs())));
    replay.velocities().forEach(velocity -> bits.append(Arrays.toString(Tensors.floats(velocity))));
    return bits.toString();
  }

  /** Gradients by name; their handles are left to the collector. */
  private static Map<String, Tensor> gradients(TrainablePolicy policy) {
    List<String> names = new ArrayList<>(policy.parameters().keySet());
    List<Tensor> parameters = new ArrayList<>();
    names.removeIf(name -> !policy.parameters().get(name).requires_grad());
    names.forEach(name -> parameters.add(policy.parameters().get(name)));
    Map<String, Tensor> gradients = new TreeMap<>();
    try (GradientWorkers workers = new GradientWorkers(1)) {
      Summed<Integer> summed =
          workers.differentiate(parameters, List.of(() -> loss(policy.replay(group))));
      for (int i = 0; i < names.size(); i++) {
        Tensor gradient = summed.gradients().get(i);
        if (gradient != null) {
          gradients.put(names.get(i), gradient);
        }
      }
    }
    return gradients;
  }

  private static Loss<Integer> loss(Replay replay) {
    Tensor loss = replay.tokenLogProbs().square().sum();
    for (Tensor velocity : replay.velocities()) {
      loss = loss.add(velocity.square().sum());
    }
    return new Loss<>(loss, 0, replay.differentiation());
  }
}
