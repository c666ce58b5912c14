package dev.tandem.reward;

import dev.tandem.frozen.ImageEncoder;
import dev.tandem.frozen.TextEncoder;
import dev.tandem.schemas.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How well an image fits its prompt by a pair of towers with a common space, such as CLIP, HPSv2
 * (arXiv 2306.09341) or PickScore: the cosine of their vectors times a scale.
 */
public final class PromptSimilarityReward implements Reward {
  private final String name;
  private final ImageEncoder images;
  private final TextEncoder texts;
  private final double scale;
  private final int batch;

  /**
   * @param images closed with this reward
   * @param texts closed with this reward
   * @param scale what a cosine of one is worth
   * @param batch images that are encoded at once at most
   */
  public PromptSimilarityReward(
      String name, ImageEncoder images, TextEncoder texts, double scale, int batch) {
    if (images.dimension() != texts.dimension()) {
      throw new IllegalArgumentException(
          "The towers of reward %s have no common space: vectors of %d values for images, %d for texts"
              .formatted(name, images.dimension(), texts.dimension()));
    }
    this.name = name;
    this.images = images;
    this.texts = texts;
    this.scale = scale;
    this.batch = batch;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.PROMPT, Need.IMAGE);
  }

  @Override
  public Range range() {
    return new Range(-scale, scale);
  }

  @Override
  public Optional<String> version() {
    return Optional.of("%s %s scale %s".formatted(images.digest(), texts.digest(), scale));
  }

  @Override
  public List<RewardOutcome> score(List<ScoringInput> inputs) {
    List<RewardOutcome> outcomes = new ArrayList<>();
    for (int from = 0; from < inputs.size(); from += batch) {
      outcomes.addAll(scoreAtOnce(inputs.subList(from, Math.min(inputs.size(), from + batch))));
    }
    return outcomes;
  }

  private List<RewardOutcome> scoreAtOnce(List<ScoringInput> inputs) {
    List<Optional<RewardOutcome>> undecoded = new ArrayList<>();
    List<float[]> prepared = new ArrayList<>();
    List<String> prompts = new ArrayList<>();
    for (ScoringInput input : inputs) {
      try {
        prepared.add(images.prepare(RgbImage.decode(input.image().orElseThrow())));
        prompts.add(input.prompt().orElseThrow());
        undecoded.add(Optional.empty());
      } catch (IOException e) {
        undecoded.add(Optional.of(RewardOutcome.Failure.of(e)));
      }
    }
    float[][] seen = images.encodePrepared(prepared);
    List<String> distinct = prompts.stream().distinct().toList(); // those of a group are the same
    float[][] read = texts.encode(distinct);
    List<RewardOutcome> outcomes = new ArrayList<>();
    int next = 0;
    for (Optional<RewardOutcome> failure : undecoded) {
      outcomes.add(
          failure.isPresent()
              ? failure.get()
              : outcome(seen[next], read[distinct.indexOf(prompts.get(next++))]));
    }
    return outcomes;
  }

  private RewardOutcome outcome(float[] image, float[] text) {
    double cosine = 0;
    for (int i = 0; i < image.length; i++) {
      cosine += (double) image[i] * text[i];
    }
    // Rounding may lead a little beyond 1; NaN passes through and is refused by the range.
    double within = Math.min(1, Math.max(-1, cosine));
    return new RewardOutcome.Value(scale * within, Json.object("cosine", cosine));
  }

  @Override
  public void close() {
    images.close();
    texts.close();
  }
}
