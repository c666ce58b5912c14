package dev.tandem.policy.training;

import dev.tandem.policy.Segment;
import dev.tandem.schemas.image.RgbImage;
import dev.tandem.schemas.random.RandomKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a policy should answer to a context.
 *
 * @param context what it reads
 * @param response the text it should write
 * @param image the image it should then draw; null for text alone
 * @param key stream of the flow time and the noise
 */
public record SupervisedExample(
    List<Segment> context, String response, @Nullable RgbImage image, RandomKey key) {
  public SupervisedExample {
    context = List.copyOf(context);
  }
}
