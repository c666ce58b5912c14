package dev.tandem.policy.bagel;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.tandem.policy.bagel.BagelConfig.Flux;
import dev.tandem.policy.bagel.BagelConfig.Llm;
import dev.tandem.policy.bagel.BagelConfig.Vit;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Sizes of a model as BAGEL is published: {@code llm_config.json} (Qwen2), {@code vit_config.json}
 * (SigLIP) and, optionally, {@code config.json} with the sizes of the latent side. What they do not
 * state is as in BAGEL-7B-MoT.
 */
final class PublishedConfig {
  static final String LLM = "llm_config.json";
  static final String VIT = "vit_config.json";

  /** BAGEL takes the features of the layer before the last: the last one is not in the weights. */
  private static final int DROPPED_VIT_LAYERS = 1;

  /** Sides that inference does not go below, in pixels. */
  private static final int LEAST_VIT_SIDE = 224;

  private static final int LEAST_LATENT_SIDE = 512;

  private static final BagelConfig DEFAULTS = BagelConfig.bagel7bMot();

  private PublishedConfig() {}

  /**
   * Reads the sizes.
   *
   * @param latentFile {@code config.json}; null where there is none
   * @throws dev.tandem.schemas.UserError naming the file and the key that is missing or wrong
   */
  static BagelConfig read(Path llmFile, Path vitFile, @Nullable Path latentFile) {
    Sizes latents =
        latentFile == null
            ? new Sizes(Path.of("config.json"), MissingNode.getInstance())
            : Sizes.read(latentFile);
    Vit vit = vit(Sizes.read(vitFile), latents);
    Flux flux = flux(latents.section("vae_config"));
    int latentPatch = latents.count("latent_patch_size", DEFAULTS.latentPatch());
    int maxLatentSize = latents.count("max_latent_size", DEFAULTS.maxLatentSize());
    int vitSide = vit.patchSize() * vit.patchesPerSide();
    int latentStride = latentPatch * flux.downsample();
    int latentSide = maxLatentSize * latentStride;
    return new BagelConfig(
        llm(Sizes.read(llmFile)),
        vit,
        flux,
        latentPatch,
        maxLatentSize,
        latentSide,
        rule(vitSide, LEAST_VIT_SIDE, vit.patchSize()),
        rule(latentSide, LEAST_LATENT_SIDE, latentStride));
  }

  private static ResizeRule rule(int side, int leastSide, int stride) {
    return new ResizeRule(side, Math.min(leastSide, side), stride, ResizeRule.PUBLISHED_MAX_PIXELS);
  }

  private static Llm llm(Sizes sizes) {
    return new Llm(
        sizes.count("vocab_size"),
        sizes.count("hidden_size"),
        sizes.count("intermediate_size"),
        sizes.count("num_hidden_layers"),
        sizes.count("num_attention_heads"),
        sizes.count("num_key_value_heads"),
        sizes.number("rope_theta"),
        sizes.number("rms_norm_eps"));
  }

  private static Vit vit(Sizes sizes, Sizes latents) {
    int patch = sizes.count("patch_size");
    int side = sizes.count("image_size") / patch;
    return new Vit(
        sizes.count("hidden_size"),
        sizes.count("intermediate_size"),
        sizes.count("num_hidden_layers") - DROPPED_VIT_LAYERS,
        sizes.count("num_attention_heads"),
        patch,
        latents.count("vit_max_num_patch_per_side", side),
        sizes.number("layer_norm_eps", DEFAULTS.vit().layerNormEps()));
  }

  private static Flux flux(Sizes sizes) {
    Flux published = (Flux) DEFAULTS.codec();
    return new Flux(
        sizes.count("ch", published.channels()),
        sizes.counts("ch_mult", published.multipliers()),
        sizes.count("num_res_blocks", published.residualBlocks()),
        sizes.count("z_channels", published.latentChannels()),
        sizes.number("scale_factor", published.scaleFactor()),
        sizes.number("shift_factor", published.shiftFactor()));
  }
}
