package dev.tandem.policy.bagel;

import dev.tandem.policy.Segment;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.policy.training.Trajectory;
import dev.tandem.policy.training.TrajectoryGroup;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;

/**
 * Counts the columns that a {@link GroupReplay} passes through the decoder, without computing it:
 * the context once, the texts as wide as the longest, the latents once a step and guided velocity.
 */
final class ReplayWork {
  private final BagelModel model;
  private final ContextEncoder encoder;

  ReplayWork(BagelModel model, Tokenizer tokenizer) {
    this.model = model;
    this.encoder = new ContextEncoder(model, tokenizer);
  }

  /** Rows times columns over all passes. */
  long of(TrajectoryGroup group) {
    List<int[]> tokens = group.trajectories().stream().map(Trajectory::tokens).toList();
    TaughtTexts texts = TaughtTexts.of(tokens, encoder.special());
    long read = (long) texts.rows() * texts.columns();
    long work = columns(group.context()) + read;
    if (group.trajectories().get(0).steps().isEmpty()) {
      return work;
    }
    boolean dropsText = group.guidance().isActive();
    boolean dropsImage =
        group.guidance().dropsImage() && group.context().stream().anyMatch(Segment::isImage);
    if (dropsText) {
      work += columns(group.context().stream().filter(segment -> !segment.isText()).toList());
    }
    if (dropsImage) {
      work +=
          columns(group.context().stream().filter(segment -> !segment.isImage()).toList()) + read;
    }
    int guided = 1 + (dropsText ? 1 : 0) + (dropsImage ? 1 : 0);
    long drawn = (long) texts.rows() * DenoisingPass.columns(encoder.drawnGrid(group.context()));
    for (var step : group.trajectories().get(0).steps()) {
      work += drawn * (group.guidance().isActiveAt(step.t()) ? guided : 1);
    }
    return work;
  }

  private long columns(List<Segment> segments) {
    if (segments.isEmpty()) {
      return 0;
    }
    try (PointerScope scope = new PointerScope()) {
      List<List<Piece>> row = List.of(encoder.pieces(segments));
      return PackedBatch.of(model.config(), encoder.special(), row).columns();
    }
  }
}
