package dev.tandem.reward;

import dev.tandem.frozen.ImageEncoder;
import dev.tandem.schemas.image.RgbImage;
import java.util.List;
import java.util.Set;

/**
 * How much the generated image resembles the sample's own photograph: (1 + cosine) / 2 of their
 * vectors, in [0, 1].
 *
 * <p>With the embedded encoder {@code color_layout} this rewards the colours, outlines and layout
 * of one photograph, not meaning: another picture of the same thing scores low, and a blur in the
 * right colours scores well. It exists so that photographs can be trained on without any weights; a
 * scorer that understands images is the better reward.
 */
public final class ReferenceSimilarityReward implements SingleReward {
  /** The name of this reward. */
  public static final String NAME = "reference_similarity";

  private final ImageEncoder encoder;

  /**
   * @param encoder closed with this reward
   */
  public ReferenceSimilarityReward(ImageEncoder encoder) {
    this.encoder = encoder;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Need> needs() {
    return Set.of(Need.IMAGE, Need.REFERENCE_IMAGE);
  }

  @Override
  public Range range() {
    return Range.UNIT;
  }

  @Override
  public RewardOutcome score(ScoringInput input) throws Exception {
    RgbImage generated = RgbImage.decode(input.image().orElseThrow());
    RgbImage reference = RgbImage.decode(input.sample().image().orElseThrow());
    float[][] vectors = encoder.encode(List.of(generated, reference));
    double cosine = 0;
    for (int i = 0; i < vectors[0].length; i++) {
      cosine += (double) vectors[0][i] * vectors[1][i];
    }
    // Rounding may lead a little beyond 1; NaN passes through and is refused by the range.
    double value = Math.min(1, Math.max(0, (1 + cosine) / 2));
    return new RewardOutcome.Value(value, Json.object("cosine", cosine, "encoder", encoder.name()));
  }

  @Override
  public void close() {
    encoder.close();
  }
}
