package dev.tandem.policy.bagel;

import dev.tandem.policy.Segment;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.schemas.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Turns contexts into decoder rows and into encoded prefixes. */
public final class ContextEncoder {
  private final BagelModel model;
  private final Tokenizer tokenizer;
  private final SpecialTokens special;

  public ContextEncoder(BagelModel model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.special = SpecialTokens.of(tokenizer);
  }

  SpecialTokens special() {
    return special;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Text between the start and end tokens. */
  public Piece.Tokens framed(String text) {
    int[] ids = tokenizer.encode(text);
    int[] framed = new int[ids.length + 2];
    framed[0] = special.textStart();
    System.arraycopy(ids, 0, framed, 1, ids.length);
    framed[ids.length + 1] = special.textEnd();
    return new Piece.Tokens(framed);
  }

  public List<Piece> pieces(List<Segment> segments) {
    List<Piece> pieces = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment instanceof Segment.Text text) {
        pieces.add(framed(text.text()));
      } else if (segment instanceof Segment.VitImage vit) {
        pieces.add(new Piece.Vit(fit(vit.image())));
      } else if (segment instanceof Segment.VaeImage vae) {
        pieces.add(new Piece.Clean(fit(vae.image())));
      }
    }
    return pieces;
  }

  private RgbImage fit(RgbImage image) {
    int side = model.config().imageSize();
    return image.resize(side, side);
  }

  PackedBatch pack(List<List<Piece>> rows) {
    return PackedBatch.of(model.config(), special, rows);
  }

  /**
   * Decoder input of packed rows.
   *
   * @param latentRows rows of the latent blocks, {@code [B, N, H]} each, in packing order
   */
  Tensor rows(PackedBatch batch, List<Tensor> latentRows) {
    Tensor text = model.textRows(batch.ids());
    long width = text.size(2);
    Tensor understanding = text;
    if (!batch.vitImages().isEmpty()) {
      Tensor patches = model.vitRows(Patches.planes(batch.vitImages()));
      understanding =
          torch
              .cat(new TensorVector(text.reshape(-1, width), patches.reshape(-1, width)), 0)
              .index_select(0, Tensor.create(batch.sources()))
              .reshape(batch.rows(), batch.understandingColumns(), width);
    }
    TensorVector all = new TensorVector(understanding);
    latentRows.forEach(all::push_back);
    return torch.cat(all, 1);
  }

  /** Latent tokens {@code [B, N, C]} of images. */
  public Tensor latents(List<RgbImage> images) {
    return Patches.patchify(
        model.autoencoder().encode(Patches.planes(images)), model.config().latentPatch());
  }

  /** Reads a context, one row. */
  Prefix encode(List<Segment> segments) {
    PackedBatch batch = pack(List.of(pieces(segments)));
    List<Tensor> latentRows = new ArrayList<>();
    for (RgbImage image : batch.cleanImages()) {
      latentRows.add(model.latentRows(latents(List.of(image)), 0));
    }
    KeyValues memory = KeyValues.empty(model.config().llm().layers());
    model.decode(
        rows(batch, latentRows),
        batch.understandingColumns(),
        model.rotary(batch.positions()),
        batch.maskTensor(),
        KeyValues.empty(memory.layers()),
        KeySink.collect(memory));
    return new Prefix(memory, batch.columns(), batch.nextPositions()[0]);
  }
}
