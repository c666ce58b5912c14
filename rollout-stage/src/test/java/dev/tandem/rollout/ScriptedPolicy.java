package dev.tandem.rollout;

import dev.tandem.policy.Context;
import dev.tandem.policy.FinishReason;
import dev.tandem.policy.FlowStep;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.PassCounts;
import dev.tandem.policy.Policy;
import dev.tandem.policy.PolicyInfo;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSample;
import dev.tandem.policy.TextSampling;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.CounterRandom;
import dev.tandem.schemas.random.RandomKey;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A policy without a model: what it writes and draws follows from the context and the keys, so that
 * tests see which of them it was given.
 */
final class ScriptedPolicy implements Policy {
  static final int IMAGE_SIZE = 4;
  static final int LATENT_VALUES = 6;

  private final String version;
  private boolean closed;

  ScriptedPolicy(String version) {
    this.version = version;
  }

  private record Script(String read, int rows) implements Context {
    @Override
    public void close() {}
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public PolicyInfo info() {
    return new PolicyInfo(version, IMAGE_SIZE, 2, LATENT_VALUES / 2, "cpu");
  }

  @Override
  public Context encode(List<Segment> segments) {
    String read =
        segments.stream()
            .map(
                segment ->
                    segment instanceof Segment.Text text
                        ? text.text()
                        : segment.getClass().getSimpleName())
            .collect(Collectors.joining("+"));
    return new Script(read, 1);
  }

  @Override
  public TextRollout generateText(Context context, TextSampling sampling, List<RandomKey> keys) {
    Script script = (Script) context;
    if (script.read().contains("impossible")) {
      throw new IllegalStateException("the scripted policy refuses");
    }
    List<TextSample> samples = keys.stream().map(key -> text(script, keys.size(), key)).toList();
    return new TextRollout(samples, new Script(script.read() + " + text", keys.size()));
  }

  private static TextSample text(Script script, int batch, RandomKey key) {
    CounterRandom random = key.with("text").random();
    int[] tokens = {random.nextInt(100), random.nextInt(100)};
    return new TextSample(
        tokens,
        new float[] {-0.5f, (float) -random.nextDouble()},
        "%s in a batch of %d: %d".formatted(script.read(), batch, tokens[0]),
        FinishReason.STOP);
  }

  @Override
  public List<ImageSample> generateImages(
      Context context, ImageSampling sampling, List<RandomKey> keys) {
    if (context.rows() != keys.size()) {
      throw new IllegalStateException("The context has " + context.rows() + " rows");
    }
    return keys.stream().map(key -> image(sampling, key)).toList();
  }

  private static ImageSample image(ImageSampling sampling, RandomKey key) {
    CounterRandom random = key.with("image").random();
    byte[] pixels = new byte[3 * IMAGE_SIZE * IMAGE_SIZE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextInt(256);
    }
    List<FlowStep> steps =
        sampling.stochasticSteps().stream()
            .map(
                step ->
                    new FlowStep(
                        step, 0.9, 0.1, 0.5, latent(random), latent(random), -random.nextDouble()))
            .toList();
    return new ImageSample(new RgbImage(IMAGE_SIZE, IMAGE_SIZE, pixels), steps);
  }

  private static float[] latent(CounterRandom random) {
    float[] latent = new float[LATENT_VALUES];
    for (int i = 0; i < latent.length; i++) {
      latent[i] = (float) random.nextDouble();
    }
    return latent;
  }

  @Override
  public PassCounts passes() {
    return new PassCounts(0, 0, 0, 0, 0);
  }

  @Override
  public void close() {
    closed = true;
  }
}
