package dev.tandem.policy.diagnosis;

import dev.tandem.policy.Context;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.PassCounts;
import dev.tandem.policy.Policy;
import dev.tandem.policy.Prompts;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.random.RandomKey;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * How long a policy's forward passes take for one sample, medians of some runs.
 *
 * @param contextMillis reading a prompt
 * @param decodeMillis a token of text
 * @param velocityMillis a step of denoising
 */
public record ForwardTimes(double contextMillis, double decodeMillis, double velocityMillis) {
  private static final String PROMPT = "a photo of a red circle left of a blue square";
  private static final int WARM_UPS = 2;
  private static final int RUNS = 5;
  private static final int TOKENS = 16;
  private static final int STEPS = 9;
  private static final double SHIFT = 3;
  private static final List<RandomKey> KEYS = List.of(RandomKey.of(1));

  /** Reads, writes and draws, and times it. */
  public static ForwardTimes measure(Policy policy) {
    try (Context context = policy.encode(Prompts.reason(PROMPT))) {
      double read = median(() -> millis(() -> policy.encode(Prompts.reason(PROMPT)).close()));
      double written = median(() -> perToken(policy, context));
      // The difference leaves out what is done once an image, such as decoding it.
      double one = median(() -> millis(() -> draw(policy, context, 1)));
      double many = median(() -> millis(() -> draw(policy, context, STEPS)));
      return new ForwardTimes(read, written, (many - one) / (STEPS - 1));
    }
  }

  private static double perToken(Policy policy, Context context) {
    PassCounts before = policy.passes();
    double millis =
        millis(
            () -> {
              try (TextRollout text =
                  policy.generateText(context, TextSampling.greedy(TOKENS), KEYS)) {
                for (float logProb : text.samples().get(0).logProbs()) {
                  requireNumber("The log-probability of a token", logProb);
                }
              }
            });
    return millis / policy.passes().since(before).textSteps();
  }

  private static void draw(Policy policy, Context context, int steps) {
    List<Integer> stochastic = steps > 1 ? List.of(0) : List.of();
    ImageSampling sampling = new ImageSampling(steps, SHIFT, stochastic, 1);
    for (ImageSample sample : policy.generateImages(context, sampling, KEYS)) {
      sample
          .steps()
          .forEach(step -> requireNumber("The log-probability of a step", step.logProb()));
    }
  }

  private static void requireNumber(String what, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalStateException(what + " is " + value + " (expected a finite number)");
    }
  }

  private static double millis(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e6;
  }

  private static double median(DoubleSupplier time) {
    double[] all = new double[WARM_UPS + RUNS];
    Arrays.setAll(all, run -> time.getAsDouble());
    double[] times = Arrays.copyOfRange(all, WARM_UPS, all.length);
    Arrays.sort(times);
    return times[RUNS / 2];
  }
}
