package dev.tandem.policy.bagel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The convolutional autoencoder of FLUX, in NCHW order, with values in [-1, 1]. */
public final class FluxAutoencoder implements ImageCodec {
  private static final int NORM_GROUPS = 32;
  private static final double NORM_EPS = 1e-6;

  private final BagelConfig.Flux config;
  private final Encoder encoder;
  private final Decoder decoder;

  public FluxAutoencoder(Weights weights, BagelConfig.Flux config) {
    this.config = config;
    this.encoder = new Encoder(weights, config);
    this.decoder = new Decoder(weights, config);
  }

  /**
   * Means and log-variances of the posterior.
   *
   * @param images {@code [B, 3, height, width]}
   * @return {@code [B, 2 * latentChannels, height / down, width / down]}
   */
  public Tensor moments(Tensor images) {
    return encoder.apply(images);
  }

  /** The scaled and shifted posterior mean, {@code [B, latentChannels, h, w]}. */
  @Override
  public Tensor encode(Tensor images) {
    return moments(images)
        .narrow(1, 0, config.latentChannels())
        .sub(new Scalar(config.shiftFactor()))
        .mul(new Scalar(config.scaleFactor()));
  }

  /** Images of scaled latents, not clamped. */
  @Override
  public Tensor decode(Tensor latents) {
    return decodeUnscaled(
        latents.div(new Scalar(config.scaleFactor())).add(new Scalar(config.shiftFactor())));
  }

  /** Images of posterior samples or means as the encoder gives them. */
  public Tensor decodeUnscaled(Tensor latents) {
    return decoder.apply(latents);
  }

  private record Convolution(Tensor weight, Tensor bias) {
    static Convolution of(Weights weights, String name) {
      return new Convolution(weights.norm(name), weights.tensor(name + ".bias"));
    }

    Tensor apply(Tensor x) {
      return apply(x, 1, weight.size(2) / 2);
    }

    Tensor apply(Tensor x, long stride, long padding) {
      return torch.conv2d(
          x,
          weight,
          new TensorOptional(bias),
          new long[] {stride, stride},
          new long[] {padding, padding},
          new long[] {1, 1},
          1);
    }
  }

  private record GroupNorm(Tensor weight, Tensor bias) {
    static GroupNorm of(Weights weights, String name) {
      return new GroupNorm(weights.norm(name), weights.tensor(name + ".bias"));
    }

    Tensor apply(Tensor x) {
      return torch.group_norm(
          x, NORM_GROUPS, new TensorOptional(weight), new TensorOptional(bias), NORM_EPS, true);
    }
  }

  private record ResidualBlock(
      GroupNorm norm1,
      Convolution conv1,
      GroupNorm norm2,
      Convolution conv2,
      @Nullable Convolution shortcut) {
    static ResidualBlock of(Weights weights, String name) {
      boolean widens = weights.tensors().containsKey(name + ".nin_shortcut.weight");
      return new ResidualBlock(
          GroupNorm.of(weights, name + ".norm1"),
          Convolution.of(weights, name + ".conv1"),
          GroupNorm.of(weights, name + ".norm2"),
          Convolution.of(weights, name + ".conv2"),
          widens ? Convolution.of(weights, name + ".nin_shortcut") : null);
    }

    Tensor apply(Tensor x) {
      Tensor hidden = conv1.apply(torch.silu(norm1.apply(x)));
      hidden = conv2.apply(torch.silu(norm2.apply(hidden)));
      return hidden.add(shortcut == null ? x : shortcut.apply(x));
    }
  }

  private record Attention(
      GroupNorm norm, Convolution query, Convolution key, Convolution value, Convolution output) {
    static Attention of(Weights weights, String name) {
      return new Attention(
          GroupNorm.of(weights, name + ".norm"),
          Convolution.of(weights, name + ".q"),
          Convolution.of(weights, name + ".k"),
          Convolution.of(weights, name + ".v"),
          Convolution.of(weights, name + ".proj_out"));
    }

    Tensor apply(Tensor x) {
      Tensor normed = norm.apply(x);
      Tensor attended =
          torch.scaled_dot_product_attention(
              cells(query.apply(normed)), cells(key.apply(normed)), cells(value.apply(normed)));
      Tensor back =
          attended.squeeze(1).transpose(1, 2).reshape(x.size(0), x.size(1), x.size(2), x.size(3));
      return x.add(output.apply(back));
    }

    /** {@code [B, C, h, w]} as one head of cells, {@code [B, 1, h * w, C]}. */
    private static Tensor cells(Tensor x) {
      return x.flatten(2, 3).transpose(1, 2).unsqueeze(1).contiguous();
    }
  }

  private record Middle(ResidualBlock block1, Attention attention, ResidualBlock block2) {
    static Middle of(Weights weights, String name) {
      return new Middle(
          ResidualBlock.of(weights, name + ".block_1"),
          Attention.of(weights, name + ".attn_1"),
          ResidualBlock.of(weights, name + ".block_2"));
    }

    Tensor apply(Tensor x) {
      return block2.apply(attention.apply(block1.apply(x)));
    }
  }

  private record Level(List<ResidualBlock> blocks, @Nullable Convolution resample) {}

  private static final class Encoder {
    private final Convolution in;
    private final List<Level> levels = new ArrayList<>();
    private final Middle middle;
    private final GroupNorm normOut;
    private final Convolution out;

    Encoder(Weights weights, BagelConfig.Flux config) {
      this.in = Convolution.of(weights, "encoder.conv_in");
      int last = config.multipliers().length - 1;
      for (int level = 0; level <= last; level++) {
        String name = "encoder.down." + level;
        List<ResidualBlock> blocks = new ArrayList<>();
        for (int block = 0; block < config.residualBlocks(); block++) {
          blocks.add(ResidualBlock.of(weights, name + ".block." + block));
        }
        Convolution down =
            level == last ? null : Convolution.of(weights, name + ".downsample.conv");
        levels.add(new Level(blocks, down));
      }
      this.middle = Middle.of(weights, "encoder.mid");
      this.normOut = GroupNorm.of(weights, "encoder.norm_out");
      this.out = Convolution.of(weights, "encoder.conv_out");
    }

    Tensor apply(Tensor images) {
      Tensor hidden = in.apply(images);
      for (Level level : levels) {
        for (ResidualBlock block : level.blocks()) {
          hidden = block.apply(hidden);
        }
        if (level.resample() != null) {
          Tensor padded =
              torch.pad(hidden, new long[] {0, 1, 0, 1}, "constant", new DoubleOptional(0));
          hidden = level.resample().apply(padded, 2, 0);
        }
      }
      return out.apply(torch.silu(normOut.apply(middle.apply(hidden))));
    }
  }

  private static final class Decoder {
    private final Convolution in;
    private final Middle middle;
    private final List<Level> levels = new ArrayList<>();
    private final GroupNorm normOut;
    private final Convolution out;

    Decoder(Weights weights, BagelConfig.Flux config) {
      this.in = Convolution.of(weights, "decoder.conv_in");
      this.middle = Middle.of(weights, "decoder.mid");
      for (int level = config.multipliers().length - 1; level >= 0; level--) {
        String name = "decoder.up." + level;
        List<ResidualBlock> blocks = new ArrayList<>();
        for (int block = 0; block <= config.residualBlocks(); block++) {
          blocks.add(ResidualBlock.of(weights, name + ".block." + block));
        }
        Convolution up = level == 0 ? null : Convolution.of(weights, name + ".upsample.conv");
        levels.add(new Level(blocks, up));
      }
      this.normOut = GroupNorm.of(weights, "decoder.norm_out");
      this.out = Convolution.of(weights, "decoder.conv_out");
    }

    Tensor apply(Tensor latents) {
      Tensor hidden = middle.apply(in.apply(latents));
      for (Level level : levels) {
        for (ResidualBlock block : level.blocks()) {
          hidden = block.apply(hidden);
        }
        if (level.resample() != null) {
          hidden =
              level
                  .resample()
                  .apply(torch.upsample_nearest2d(hidden, hidden.size(2) * 2, hidden.size(3) * 2));
        }
      }
      return out.apply(torch.silu(normOut.apply(hidden)));
    }
  }
}
