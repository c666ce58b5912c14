package dev.tandem.policy.bagel;

import dev.tandem.policy.Context;
import dev.tandem.policy.FlowStep;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.flow.SdeStep;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A group rolled out by the bundled policy, and the parts that tests compare.
 *
 * @param context what all members read
 */
record Rollouts(
    List<Segment> context,
    TextSampling textSampling,
    ImageSampling imageSampling,
    List<TextSample> texts,
    List<ImageSample> images) {
  private static final List<String> PROMPTS =
      List.of(
          "a photo of two stars",
          "a photo of a red circle and a blue square",
          "a photo of a cross left of a ring",
          "a photo of a green triangle");

  /** The folder of the bundled policy. */
  static Path bundled() {
    URL config = Rollouts.class.getResource("/dev/tandem/policy/bundled/config.json");
    try {
      return Path.of(Objects.requireNonNull(config).toURI()).getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The context of a group: a prompt, every other time with an image to edit. */
  static List<Segment> context(int group) {
    String prompt = PROMPTS.get(group % PROMPTS.size());
    return group % 2 == 0
        ? Prompts.reason(prompt)
        : Prompts.reflect(square(RandomKey.of(group).random()), prompt);
  }

  /** A square of some colour in one quadrant of a grey ground, as the policy knows images. */
  private static RgbImage square(CounterRandom random) {
    int side = 32;
    int left = 3 + 16 * random.nextInt(2);
    int top = 3 + 16 * random.nextInt(2);
    int[] colour = {255 * random.nextInt(2), 255 * random.nextInt(2), 0};
    byte[] rgb = new byte[side * side * 3];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        boolean inside = x >= left && x < left + 10 && y >= top && y < top + 10;
        for (int c = 0; c < 3; c++) {
          rgb[3 * (y * side + x) + c] = (byte) (inside ? colour[c] : 198);
        }
      }
    }
    return new RgbImage(side, side, rgb);
  }

  /** Keys of a group's members. */
  static List<RandomKey> keys(int group, int members) {
    return IntStream.range(0, members)
        .mapToObj(member -> RandomKey.of(11).with(group).with(member))
        .toList();
  }

  static Rollouts sample(
      Policy policy,
      List<Segment> context,
      TextSampling textSampling,
      ImageSampling imageSampling,
      List<RandomKey> keys) {
    try (Context read = policy.encode(context);
        TextRollout texts = policy.generateText(read, textSampling, keys)) {
      return new Rollouts(
          context,
          textSampling,
          imageSampling,
          texts.samples(),
          policy.generateImages(texts.context(), imageSampling, keys));
    }
  }

  /**
   * The log-probability of a stored step under replayed velocities.
   *
   * @param velocity {@code [B, N, C]} flattened
   */
  static double logProb(FlowStep step, float[] velocity, int row) {
    SdeStep transition = SdeStep.coefficients(step.t(), step.dt(), step.sigma());
    int size = step.x().length;
    double squares = 0;
    for (int i = 0; i < size; i++) {
      double mean = transition.mean(step.x()[i], velocity[row * size + i]);
      squares += Math.pow(step.xNext()[i] - mean, 2);
    }
    return transition.logProb(squares / size);
  }

  int members() {
    return texts.size();
  }

  TrajectoryGroup trajectories() {
    List<Trajectory> trajectories = new ArrayList<>();
    for (int i = 0; i < members(); i++) {
      trajectories.add(new Trajectory(texts.get(i).tokens(), images.get(i).steps()));
    }
    return new TrajectoryGroup(
        context, trajectories, textSampling.logProbTemperature(), imageSampling.guidance());
  }

  /** Every number of every member, to be compared bit for bit. */
  List<Object> bits() {
    List<Object> bits = new ArrayList<>();
    for (int i = 0; i < members(); i++) {
      bits.add(Arrays.toString(texts.get(i).tokens()));
      bits.add(Arrays.toString(texts.get(i).logProbs()));
      bits.add(images.get(i).image());
      for (FlowStep step : images.get(i).steps()) {
        bits.add(Arrays.toString(step.x()));
        bits.add(Arrays.toString(step.xNext()));
        bits.add(step.logProb());
      }
    }
    return bits;
  }
}
