package dev.tandem.policy.bagel;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Packs pieces, gives their decoder rows, and reads them into a memory. */
final class PieceReader {
  private final BagelModel model;
  private final SpecialTokens special;

  PieceReader(BagelModel model, SpecialTokens special) {
    this.model = model;
    this.special = special;
  }

  PackedBatch pack(List<List<Piece>> rows) {
    return PackedBatch.of(model.config(), special, rows);
  }

  /**
   * Decoder input of packed rows, {@code [B, L, H]}.
   *
   * @param noisyRows rows of the noisy latent blocks, {@code [B, N, H]} each, in packing order
   */
  Tensor rows(PackedBatch batch, List<Tensor> noisyRows) {
    Tensor text = model.textRows(batch.ids());
    long width = text.size(2);
    Tensor understanding = text;
    if (!batch.vitPlanes().isEmpty()) {
      Tensor patches = model.vitRows(batch.vitPlanes());
      understanding =
          torch
              .cat(new TensorVector(text.reshape(-1, width), patches), 0)
              .index_select(0, model.placement().indexes(batch.sources()))
              .reshape(batch.rows(), batch.understandingColumns(), width);
    }
    TensorVector all = new TensorVector(understanding);
    for (int block = 0; block < batch.cleanPlanes().size(); block++) {
      Tensor[] planes = batch.cleanPlanes().get(block).toArray(new Tensor[0]);
      Tensor latents = latents(torch.stack(new TensorVector(planes)));
      all.push_back(model.latentRows(latents, batch.latentGrids().get(block), 0));
    }
    noisyRows.forEach(all::push_back);
    return torch.cat(all, 1);
  }

  /** Latent tokens {@code [B, N, C]} of planes {@code [B, 3, height, width]}. */
  Tensor latents(Tensor planes) {
    return Patches.patchify(model.codec().encode(planes), model.config().latentPatch());
  }

  /** Reads one row of pieces; nothing at all gives an empty memory. */
  Prefix read(List<Piece> pieces) {
    KeyValues memory = KeyValues.empty(model.config().llm().layers());
    if (pieces.isEmpty()) {
      return new Prefix(memory, 0, 0);
    }
    PackedBatch batch = pack(List.of(pieces));
    model.decode(
        PassCounter.Kind.CONTEXT,
        rows(batch, List.of()),
        batch.understandingColumns(),
        model.rotary(batch.positions()),
        batch.maskTensor(model.placement()),
        KeyValues.empty(memory.layers()),
        KeySink.collect(memory));
    return new Prefix(memory, batch.columns(), batch.nextPositions()[0]);
  }
}
