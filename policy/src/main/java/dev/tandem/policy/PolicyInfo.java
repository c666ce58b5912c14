package dev.tandem.policy;

/**
 * Facts about a loaded policy.
 *
 * @param version digest of the weights
 * @param imageSize side of the images it draws, in pixels
 * @param latentTokens tokens of an image latent
 * @param latentChannels values of a latent token
 * @param device where it computes
 */
public record PolicyInfo(
    String version, int imageSize, int latentTokens, int latentChannels, String device) {}
