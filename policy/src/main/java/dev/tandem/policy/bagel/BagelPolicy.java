package dev.tandem.policy.bagel;

import dev.tandem.policy.Context;
import dev.tandem.policy.ImageSample;
import dev.tandem.policy.ImageSampling;
import dev.tandem.policy.PassCounts;
import dev.tandem.policy.Policy;
import dev.tandem.policy.PolicyInfo;
import dev.tandem.policy.Segment;
import dev.tandem.policy.TextRollout;
import dev.tandem.policy.TextSampling;
import dev.tandem.policy.Torch;
import dev.tandem.schemas.random.RandomKey;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;

/** A BAGEL model as a policy. */
public final class BagelPolicy implements Policy {
  private final PolicyFiles files;
  private final ContextEncoder encoder;
  private final TextDecoder textDecoder;
  private final ImageSampler imageSampler;

  /** Takes ownership of the files' weights. */
  public BagelPolicy(PolicyFiles files) {
    this.files = files;
    BagelModel model = files.model();
    this.encoder = new ContextEncoder(model, files.tokenizer());
    this.textDecoder = new TextDecoder(model, encoder);
    this.imageSampler = new ImageSampler(model, encoder);
  }

  @Override
  public PolicyInfo info() {
    BagelConfig config = files.config();
    return new PolicyInfo(
        files.version(),
        config.imageSize(),
        config.latentGrid().tokens(),
        config.latentTokenChannels(),
        files.compute().device().toString());
  }

  @Override
  public Context encode(List<Segment> segments) {
    Torch.use();
    try (NoGradGuard guard = new NoGradGuard();
        PointerScope scope = new PointerScope()) {
      return BagelContext.of(segments, encoder.encode(segments));
    }
  }

  @Override
  public TextRollout generateText(Context context, TextSampling sampling, List<RandomKey> keys) {
    Torch.use();
    try (NoGradGuard guard = new NoGradGuard()) {
      return textDecoder.decode((BagelContext) context, sampling, keys);
    }
  }

  @Override
  public List<ImageSample> generateImages(
      Context context, ImageSampling sampling, List<RandomKey> keys) {
    Torch.use();
    try (NoGradGuard guard = new NoGradGuard()) {
      return imageSampler.sample((BagelContext) context, sampling, keys);
    }
  }

  @Override
  public PassCounts passes() {
    return files.model().passes().counts();
  }

  @Override
  public void close() {
    files.close();
  }
}
