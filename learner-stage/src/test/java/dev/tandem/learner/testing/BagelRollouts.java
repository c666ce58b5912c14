package dev.tandem.learner.testing;

import dev.tandem.learner.batch.Member;
import dev.tandem.learner.batch.TrainingGroup;
import dev.tandem.policy.Context;
import dev.tandem.policy.Guidance;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policies;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.Torch;
import dev.tandem.policy.bagel.BagelConfig;
import dev.tandem.policy.bagel.Initialization;
import dev.tandem.policy.bagel.PolicyFiles;
import dev.tandem.policy.bagel.ResizeRule;
import dev.tandem.policy.bagel.Weights;
import dev.tandem.policy.tokenizer.BpeTrainer;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.tokenizer.TokenizerJson;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** A BAGEL policy with random weights and what it samples. */
public final class BagelRollouts {
  private static final TextSampling TEXT = TextSampling.atTemperature(0.9, 10);

  private BagelRollouts() {}

  /** Writes a policy folder; its velocities are not zero. */
  public static Path policy(Path parent) {
    Torch.use();
    Path tokenizerFile = parent.resolve("tokenizer.json");
    TokenizerJson.write(tokenizerFile, BpeTrainer.train(List.of("a photo of a red circle"), 270));
    try (Tokenizer tokenizer = Tokenizer.load(tokenizerFile)) {
      BagelConfig config =
          new BagelConfig(
              new BagelConfig.Llm(tokenizer.size(), 32, 48, 2, 4, 2, 10_000, 1e-6),
              new BagelConfig.Vit(24, 40, 2, 3, 4, 4, 1e-6),
              new BagelConfig.Flux(32, new int[] {1, 1}, 1, 4, 1, 0),
              2,
              4,
              16,
              new ResizeRule(16, 8, 4, 16 * 16),
              new ResizeRule(16, 8, 4, 16 * 16));
      RandomKey key = RandomKey.of(7);
      Weights weights = Initialization.model(config, key);
      Tensor head = weights.tensors().get("llm2vae.weight");
      head.add_(torch.ones_like(head), new Scalar(0.05));
      Path folder = parent.resolve("policy");
      PolicyFiles.save(folder, config, tokenizerFile, weights, Initialization.codec(config, key));
      return folder;
    }
  }

  /** One group of each side, with the given advantages. */
  public static List<TrainingGroup> sample(Path folder, Double... advantages) {
    return sample(folder, Guidance.NONE, advantages);
  }

  /** The same with images drawn under guidance. */
  public static List<TrainingGroup> sample(Path folder, Guidance guidance, Double... advantages) {
    ImageSampling image = new ImageSampling(5, 3, List.of(0, 2), 0.7, guidance);
    try (Policy policy = Policies.load(folder)) {
      byte[] rgb = new byte[16 * 16 * 3];
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) (i * 37);
      }
      List<Segment> question =
          Prompts.understand(new RgbImage(16, 16, rgb), "How many shapes are in the image?");
      return List.of(
          sample(
              policy, "a", "reason", Prompts.reason("a photo of a red circle"), image, advantages),
          sample(policy, "b", "understand", question, image, advantages));
    }
  }

  private static TrainingGroup sample(
      Policy policy,
      String groupId,
      String stage,
      List<Segment> segments,
      ImageSampling image,
      Double[] advantages) {
    List<RandomKey> keys = new ArrayList<>();
    for (int i = 0; i < advantages.length; i++) {
      keys.add(RandomKey.of(3).with(groupId).with(i));
    }
    try (Context context = policy.encode(segments);
        TextRollout rollout = policy.generateText(context, TEXT, keys)) {
      List<ImageSample> images =
          stage.equals("reason")
              ? policy.generateImages(rollout.context(), image, keys)
              : List.of();
      List<Member> members = new ArrayList<>();
      for (int i = 0; i < advantages.length; i++) {
        TextSample text = rollout.samples().get(i);
        Trajectory trajectory =
            new Trajectory(text.tokens(), images.isEmpty() ? List.of() : images.get(i).steps());
        members.add(
            new Member(
                i,
                trajectory,
                text.logProbs(),
                advantages[i],
                images.isEmpty() ? null : advantages[i]));
      }
      TrajectoryGroup group =
          new TrajectoryGroup(
              segments,
              members.stream().map(Member::trajectory).toList(),
              TEXT.logProbTemperature(),
              image.guidance());
      return new TrainingGroup(groupId, stage, groupId, group, members, TEXT.maxTokens());
    }
  }
}
