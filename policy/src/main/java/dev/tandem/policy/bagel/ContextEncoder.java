package dev.tandem.policy.bagel;

import dev.tandem.policy.Segment;
import dev.tandem.policy.tokenizer.Tokenizer;
import dev.tandem.schemas.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Turns contexts into pieces and into encoded prefixes. */
public final class ContextEncoder {
  private final BagelModel model;
  private final Tokenizer tokenizer;
  private final SpecialTokens special;
  private final PieceReader reader;

  public ContextEncoder(BagelModel model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.special = SpecialTokens.of(tokenizer);
    this.reader = new PieceReader(model, special);
  }

  SpecialTokens special() {
    return special;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  PieceReader reader() {
    return reader;
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
    BagelConfig config = model.config();
    List<Piece> pieces = new ArrayList<>();
    for (Segment segment : segments) {
      if (segment instanceof Segment.Text text) {
        pieces.add(framed(text.text()));
      } else if (segment instanceof Segment.SystemPrompt told) {
        pieces.add(framed(told.text()));
      } else if (segment instanceof Segment.VitImage vit) {
        pieces.add(new Piece.Vit(planes(vit.image(), config.vitResize())));
      } else if (segment instanceof Segment.VaeImage vae) {
        pieces.add(new Piece.Clean(planes(vae.image(), config.latentResize())));
      }
    }
    return pieces;
  }

  private Tensor planes(RgbImage image, ResizeRule rule) {
    ResizeRule.Size size = rule.apply(image.width(), image.height());
    return Patches.planes(image.resize(size.width(), size.height()), model.placement().precise());
  }

  /** Latent tokens of the image drawn after a context: an edit keeps the size of its original. */
  Grid drawnGrid(List<Segment> segments) {
    BagelConfig config = model.config();
    Grid grid = config.latentGrid();
    for (Segment segment : segments) {
      if (segment instanceof Segment.VaeImage vae) {
        ResizeRule.Size size =
            config.latentResize().apply(vae.image().width(), vae.image().height());
        grid = config.latentGrid(size.width(), size.height());
      }
    }
    return grid;
  }

  /** Reads a context, one row; nothing at all gives an empty memory. */
  Prefix encode(List<Segment> segments) {
    return reader.read(pieces(segments));
  }
}
