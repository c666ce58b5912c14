package dev.tandem.policy.bagel;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * One evaluation of the velocity for a batch of noisy latents after a memory: the marker tokens go
 * through the understanding expert, the latents through the generation expert, nothing is kept.
 */
final class DenoisingPass {
  private static final int MARKERS = 2;

  private final BagelModel model;
  private final Tensor markers;
  private final Rotary rotary;
  private final Tensor mask;
  private final KeyValues memory;

  /**
   * @param memory {@code columns} columns, expanded to the batch
   * @param prefixColumns columns that every row sees
   * @param lengths columns after the prefix that each row sees
   * @param nextPosition position of the first column after the prefix
   */
  DenoisingPass(
      BagelModel model,
      SpecialTokens special,
      KeyValues memory,
      int columns,
      int prefixColumns,
      int[] lengths,
      int nextPosition) {
    this.model = model;
    this.memory = memory;
    int block = MARKERS + model.config().latentTokens();
    int[][] ids = new int[lengths.length][];
    int[][] positions = new int[lengths.length][block];
    byte[] visible = new byte[lengths.length * (columns + block)];
    for (int row = 0; row < lengths.length; row++) {
      ids[row] = new int[] {special.visionStart(), special.visionEnd()};
      Arrays.fill(positions[row], nextPosition + lengths[row]);
      int offset = row * (columns + block);
      Arrays.fill(visible, offset, offset + prefixColumns + lengths[row], (byte) 1);
      Arrays.fill(visible, offset + columns, offset + columns + block, (byte) 1);
    }
    this.markers = model.textRows(ids);
    this.rotary = model.rotary(positions);
    this.mask =
        Tensor.create(visible, lengths.length, 1, 1, columns + block)
            .to(torch.ScalarType.Bool)
            .expand(-1, -1, block, -1);
  }

  /** Velocities {@code [B, N, C]} at flow time {@code t}. */
  Tensor velocity(Tensor latents, double t) {
    Tensor rows = torch.cat(new TensorVector(markers, model.latentRows(latents, t)), 1);
    Tensor hidden = model.decode(rows, MARKERS, rotary, mask, memory, KeySink.forget());
    return model.velocity(hidden.narrow(1, MARKERS, latents.size(1)));
  }
}
